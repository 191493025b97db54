import { address } from '@ballast/client';
import { describe, expect, it } from 'vitest';
import { parseFeed } from './feed.js';

const ID = 'e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43';

describe('a feed', () => {
  it('is 64 hexadecimal digits, with 0x before them or not, or an address', () => {
    expect([ID, ` 0x${ID} `, ID.toUpperCase()].map((text) => parseFeed('feedId', text))).toEqual(
      Array(3).fill({ feedId: ID }),
    );
    const account = address.PUSH_ORACLE;
    expect(parseFeed('priceAccount', `${account} `)).toEqual({ priceAccount: account });
  });

  it('is none where digits are missing, or the kind is the other one', () => {
    expect([ID.slice(1), `${ID}0`, ID.replace('e', 'g'), ''].map((text) => parseFeed('feedId', text))).toEqual(
      Array(4).fill(undefined),
    );
    expect(parseFeed('priceAccount', ID)).toBeUndefined();
    expect(parseFeed('feedId', address.PUSH_ORACLE)).toBeUndefined();
  });
});
