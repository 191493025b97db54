import { expect, it, vi } from 'vitest';

it('runs the examples of the README', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme.generated.js');
  const printed = log.mock.calls.map((words) => words.join(' '));
  expect(printed).toEqual([
    ...Array(4).fill(expect.stringMatching(/^\d+ of \w+, to be [\d.]+ % of the vault$/)),
    expect.stringMatching(/^\w+ took \d+ compute units and paid \d+ lamports$/),
    expect.stringMatching(/^\d+ shares paid \d+$/),
    expect.stringMatching(/^(would sell \d+|[A-Z].*\.)$/),
    expect.stringMatching(/^BelowMinimum \(\d+\): /),
    expect.stringContaining('PricesRefreshed, SingleAssetExchange'),
    expect.stringContaining('DepositedInKind'),
  ]);
});
