import { address, getBase64Decoder } from '@solana/kit';
import { expect, it } from 'vitest';
import { tokenAmount } from './balances-follower.js';

const OWNER = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');

it('reads the amount of a token account', () => {
  const bytes = new Uint8Array(165);
  new DataView(bytes.buffer).setBigUint64(64, 12_345_678_901_234_567_890n, true);
  expect(tokenAmount({ owner: OWNER, lamports: 1n, data: getBase64Decoder().decode(bytes) })).toBe(
    12_345_678_901_234_567_890n,
  );
});

it('takes no account, and one without data, for none', () => {
  expect(tokenAmount(null)).toBe(0n);
  expect(tokenAmount({ owner: OWNER, lamports: 1n, data: '' })).toBe(0n);
});
