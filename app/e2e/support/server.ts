// The app's own server.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, freePorts } from './child';

const APP = fileURLToPath(new URL('../../', import.meta.url));

/** What a server tells the app about its cluster: as much of `config.json` as tests change. */
export type Config = {
  rpcUrl: string;
  wsUrl: string;
  vaults: { address: string; name?: string; lookupTables: string[] }[];
  localWallets?: { name: string; secretKey: number[] }[];
};

/** The app, served at an address. */
export class Server {
  private constructor(
    /** Its origin, such as `http://127.0.0.1:5173`. */
    readonly origin: string,
    private readonly process: Child,
  ) {}

  /** Serves the app for the local cluster in a folder, as `cargo xtask app` does. */
  static async forCluster(folder: string): Promise<Server> {
    return Server.start(folder, ['--localnet', join(folder, 'localnet.json')]);
  }

  /** Serves the app with a configuration of its own, which is written to the folder. */
  static async withConfig(folder: string, config: Config): Promise<Server> {
    const [number] = await freePorts(1);
    const file = join(folder, `config-${number}.json`);
    writeFileSync(file, JSON.stringify(config));
    return Server.start(folder, ['--config', file]);
  }

  private static async start(folder: string, options: readonly string[]): Promise<Server> {
    const [port] = await freePorts(1);
    const origin = `http://127.0.0.1:${port}`;
    const args = [join(APP, 'scripts/serve.mjs'), '--dist', join(APP, 'dist'), '--port', `${port}`, ...options];
    const server = new Server(origin, Child.start(process.execPath, args, join(folder, 'server.log')));
    await server.process.until(() =>
      fetch(origin).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return server;
  }

  /** The configuration that it serves. */
  async config(): Promise<Config> {
    return (await (await fetch(`${this.origin}/config.json`)).json()) as Config;
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
