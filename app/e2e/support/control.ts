// Moving clock and prices of a running local cluster, as localnet/src/control.rs does.

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import type { Manifest } from './manifest';
import type { Rpc } from './rpc';

/** What is wanted of the prices: noted in an account of the cluster, which its process obeys. */
type Wishes = {
  revision: number;
  isPaused: boolean;
  prices: Record<string, { fixed: { usd: number } } | 'silent'>;
};

const SYSTEM_PROGRAM = '11111111111111111111111111111111';
const PATIENCE_MS = 20_000;
const POLL_MS = 20;
/** A jump ends at least so many blocks ahead. */
const LEAST_BLOCKS = 3;

/** The clock and the prices of a local cluster. Each change returns once prices are published and pools have followed. */
export class Control {
  constructor(
    private readonly rpc: Rpc,
    private readonly manifest: Manifest,
  ) {}

  /** Moves the clock forward. */
  async travel(secs: number): Promise<void> {
    const leastSecs = Math.ceil((LEAST_BLOCKS * this.manifest.clockStepMs) / 1_000);
    const to = (await this.rpc.now()) + Math.max(secs, leastSecs);
    await this.rpc.call('surfnet_timeTravel', { absoluteTimestamp: to * 1_000 });
    await this.update(() => {});
  }

  /** Fixes a token's price. */
  async setPrice(symbol: string, usd: number): Promise<void> {
    await this.update((wishes) => (wishes.prices[symbol] = { fixed: { usd } }));
  }

  /** Stops publishing a token's price until it is set. */
  async silence(symbol: string): Promise<void> {
    await this.update((wishes) => (wishes.prices[symbol] = 'silent'));
  }

  private async update(change: (wishes: Wishes) => void): Promise<void> {
    const [noted, obeyed] = await Promise.all([addressOf('control'), addressOf('control obeyed')]);
    const wishes = await this.read<Wishes>(noted, { revision: 0, isPaused: false, prices: {} });
    change(wishes);
    wishes.revision += 1;
    const data = Buffer.from(JSON.stringify(wishes)).toString('hex');
    const account = { lamports: 10_000_000, owner: SYSTEM_PROGRAM, executable: false, data };
    await this.rpc.call('surfnet_setAccount', noted, account);
    const end = Date.now() + PATIENCE_MS;
    while ((await this.read(obeyed, 0)) < wishes.revision) {
      if (Date.now() > end) {
        throw new Error('nobody publishes prices on the local cluster');
      }
      await sleep(POLL_MS);
    }
  }

  private async read<T>(address: string, otherwise: T): Promise<T> {
    const data = await this.rpc.data(address);
    return data ? (JSON.parse(data.toString()) as T) : otherwise;
  }
}

/** The address that a name stands for in every local cluster. */
async function addressOf(name: string): Promise<string> {
  const seed = createHash('sha256').update(`ballast localnet${name}`).digest();
  return (await createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(seed))).address;
}
