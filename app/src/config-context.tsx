import { createContext, useContext, type ReactNode } from 'react';
import type { Config } from './config.js';

const ConfigContext = createContext<Config | undefined>(undefined);

/** Gives the configuration to everything inside. */
export function ConfigProvider({ config, children }: { config: Config; children: ReactNode }) {
  return <ConfigContext value={config}>{children}</ConfigContext>;
}

/** The configuration that the app was served with. */
export function useConfig(): Config {
  const config = useContext(ConfigContext);
  if (config === undefined) {
    throw new Error('useConfig outside ConfigProvider');
  }
  return config;
}
