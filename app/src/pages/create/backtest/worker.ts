/**
 * Replays past prices in a thread of its own, so that the page never freezes. To cancel, the page ends the thread.
 *
 * @module
 */

import { loadRules } from '../../../rules/index.js';
import type { BacktestMessage, BacktestRequest } from './messages.js';

const tell = (message: BacktestMessage) => self.postMessage(message);

self.addEventListener('message', ({ data }: MessageEvent<BacktestRequest>) => {
  run(data).catch((error: unknown) =>
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});

async function run({ toml, files, ...period }: BacktestRequest): Promise<void> {
  const total = Object.keys(files).length;
  let loaded = 0;
  tell({ kind: 'loading', loaded, total });
  const read = async ([symbol, url]: [string, string]) => {
    const text = await readText(url);
    loaded += 1;
    tell({ kind: 'loading', loaded, total });
    return [symbol, text] as const;
  };
  const [rules, ...prices] = await Promise.all([loadRules(), ...Object.entries(files).map(read)]);
  tell({ kind: 'replaying' });
  tell({ kind: 'done', backtest: rules.backtest({ toml, prices: Object.fromEntries(prices), ...period }) });
}

async function readText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`the prices cannot be loaded (${response.status}); reload the page`);
  }
  return response.text();
}
