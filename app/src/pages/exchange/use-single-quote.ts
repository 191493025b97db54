import { useMemo } from 'react';
import type { SingleQuote } from '../../rules/types.js';
import { largestThatFits } from './edge.js';
import { isTooLarge, quoted, type Quoted } from './quote.js';

/** What the rules say to an amount of one asset, or of shares for one asset. */
export type SingleAnswer = {
  quoted: Quoted<SingleQuote>;
  /** The most that would fit where it is too large for the asset's band; 0 where nothing does, or it is not. */
  most: bigint;
};

/**
 * Asks the rules while somebody types.
 *
 * @param ask memoized: asked anew when it changes. `undefined` where the way is closed.
 * @param amount 0 where nothing is typed yet.
 */
export function useSingleQuote(ask: ((amount: bigint) => SingleQuote) | undefined, amount: bigint): SingleAnswer {
  return useMemo(() => {
    if (ask === undefined || amount === 0n) {
      return { quoted: { kind: 'none' }, most: 0n };
    }
    const asked = quoted(() => ask(amount));
    const most = isTooLarge(asked) ? largestThatFits(amount, (smaller) => quoted(() => ask(smaller))) : 0n;
    return { quoted: asked, most };
  }, [ask, amount]);
}
