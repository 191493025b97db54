// A local cluster, with the project's own commands on it.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Child, freePorts } from './child';
import { Control } from './control';
import type { Manifest, VaultEntry } from './manifest';
import { Rpc } from './rpc';

/** Blocks come fast, so that nobody waits for them. */
const SLOT_MS = 200;

/** A running local cluster. */
export class Cluster {
  readonly rpc: Rpc;
  readonly control: Control;
  private nextVault = 1;

  private constructor(
    /** Its files: manifest, keys, logs. */
    readonly folder: string,
    readonly manifest: Manifest,
    private readonly process: Child,
  ) {
    this.rpc = new Rpc(manifest.rpcUrl);
    this.control = new Control(this.rpc, manifest);
  }

  /** Starts one on free ports; `options` are those of `ballast-localnet`. */
  static async start(options: readonly string[]): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-app-'));
    const [port, wsPort] = await freePorts(2);
    const args = ['--port', `${port}`, '--ws-port', `${wsPort}`, '--files', folder, '--slot-ms', `${SLOT_MS}`];
    const process = Child.start(command('ballast-localnet'), [...args, ...options], join(folder, 'cluster.log'));
    const file = join(folder, 'localnet.json');
    await process.until(() => existsSync(file));
    return new Cluster(folder, JSON.parse(readFileSync(file, 'utf8')) as Manifest, process);
  }

  /** The vault that is for all. */
  get sharedVault(): VaultEntry {
    return this.manifest.vaults[0]!;
  }

  /** A vault that nobody has had before. */
  takeVault(): VaultEntry {
    const vault = this.manifest.vaults[this.nextVault++];
    if (!vault) {
      throw new Error('the tests need more vaults than the cluster was started with');
    }
    return vault;
  }

  /** Runs a line of the command line as one of the wallets, and returns its output. Fails where it does. */
  async ballast(wallet: string, vault: VaultEntry, ...words: string[]): Promise<string> {
    const args = ['--config', join(this.folder, 'config.yml'), '--symbols', join(this.folder, 'localnet.json')];
    const by = ['--keypair', this.manifest.wallets[wallet]!.keypair, '--vault', vault.address];
    const { stdout } = await promisify(execFile)(command('ballast'), [...words, ...args, ...by]);
    return stdout;
  }

  /** Starts a keeper that looks after one vault. */
  keeper(vault: VaultEntry): Child {
    const { rpcUrl, wsUrl, wallets } = this.manifest;
    const args = ['--url', rpcUrl, '--ws-url', wsUrl, '--keypair', wallets['keeper']!.keypair];
    const one = ['--vault', vault.address, '--lookup-table', vault.lookupTable];
    return Child.start(command('ballast-keeper'), [...args, ...one], join(this.folder, 'keeper.log'));
  }

  /** The address of one of the wallets. */
  wallet(name: string): string {
    return this.manifest.wallets[name]!.address;
  }

  /** Ends it, and removes its files. */
  async stop(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** One of the project's commands, which are built into one folder. */
function command(name: string): string {
  const localnet = process.env['BALLAST_LOCALNET_BINARY'];
  if (!localnet) {
    throw new Error('set BALLAST_LOCALNET_BINARY to ballast-localnet, or run `cargo xtask test`, which does');
  }
  return join(dirname(localnet), name);
}
