import { useMemo } from 'react';
import type { InKindQuote } from '../../rules/types.js';
import { available, scarcest } from './funds.js';
import { ledBy } from './in-kind.js';
import { quoted, type Quoted } from './quote.js';
import type { Exchange } from './use-exchange.js';

/** What the rules say to a deposit in kind. */
export type InKindAnswer = {
  /** What goes with the chosen amount. */
  wanted: Quoted<InKindQuote>;
  /** The most that the wallet can deposit; nothing is asked while what it has is unknown. */
  possible: Quoted<InKindQuote>;
  /** What the wallet has of each asset, by its place; `undefined` while unknown. */
  has: bigint[] | undefined;
  /** The asset of which it has too little, if any. */
  scarce: number | undefined;
};

/** Asks the rules for a deposit of `amount` of the asset `lead`, with all others in proportion. */
export function useInKindDeposit(exchange: Exchange, lead: number, amount: bigint, isOpen: boolean): InKindAnswer {
  const { rules, vault, assets, funds } = exchange;
  const { chain } = vault;
  const has = useMemo(() => funds && assets.map(({ index, mint }) => available(funds, index, mint)), [funds, assets]);
  return useMemo(() => {
    const ask = (most: bigint[] | undefined): Quoted<InKindQuote> =>
      most && isOpen ? quoted(() => rules.depositInKind({ ...chain, maxAmounts: most })) : { kind: 'none' };
    const wanted = ask(amount > 0n ? ledBy(assets.length, lead, amount) : undefined);
    const scarce = wanted.kind === 'quote' && has ? scarcest(wanted.quote.amounts, has) : undefined;
    return { wanted, possible: ask(has), has, scarce };
  }, [rules, chain, assets.length, lead, amount, has, isOpen]);
}
