import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './app.js';
import { ChainProvider, Cluster, Following } from './chain/index.js';
import { loadConfig } from './config.js';
import { ConfigProvider } from './config-context.js';
import { loadVaultRules } from './rules/index.js';
import { applyTheme, storedTheme } from './shell/theme.js';
import { Unusable } from './shell/unusable.js';

applyTheme(storedTheme());
const root = createRoot(document.getElementById('root')!);
try {
  const config = await loadConfig();
  const cluster = new Cluster(config);
  cluster.start();
  const following = new Following(cluster, config, loadVaultRules);
  root.render(
    <StrictMode>
      <ConfigProvider config={config}>
        <ChainProvider following={following}>
          <App />
        </ChainProvider>
      </ConfigProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(<Unusable error={error} />);
}
