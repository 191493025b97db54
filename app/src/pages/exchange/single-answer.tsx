import type { ReactNode } from 'react';
import type { SingleQuote } from '../../rules/types.js';
import { isTooLarge } from './quote.js';
import { costFacts, partFact, QuoteFacts } from './quote-facts.js';
import { Refusal, TooLarge } from './refusal.js';
import type { Exchange } from './use-exchange.js';
import type { SingleAnswer } from './use-single-quote.js';

type SingleAnswerViewProps = {
  exchange: Exchange;
  answer: SingleAnswer;
  /** The asset's name. */
  name: string;
  isDeposit: boolean;
  feeBps: number;
  /** What comes out, in words. */
  out: (quote: SingleQuote) => string;
  /** The least to accept of it, in words. */
  least: (quote: SingleQuote) => ReactNode;
  /** By how much the holder's shares change. */
  change: (quote: SingleQuote) => bigint;
  /** An amount that can be typed, in words; and what types it. */
  amount: (amount: bigint) => string;
  onUse: (amount: bigint) => void;
};

/** A quote of one asset, or why there is none. */
export function SingleAnswerView(props: SingleAnswerViewProps) {
  const { exchange, answer, name, isDeposit, feeBps, out, least, change, amount, onUse } = props;
  const { funds, vault } = exchange;
  const { quoted, most } = answer;
  switch (quoted.kind) {
    case 'none':
      return null;
    case 'refused':
      return isTooLarge(quoted) ? (
        <TooLarge
          name={name}
          isDeposit={isDeposit}
          most={most > 0n ? amount(most) : undefined}
          onUse={() => onUse(most)}
        />
      ) : (
        <Refusal refused={quoted} />
      );
    case 'quote': {
      const { quote } = quoted;
      const before = { shares: funds?.shares ?? 0n, total: vault.figures.totalShares };
      return (
        <QuoteFacts
          facts={[
            { label: 'You get', value: <strong>{out(quote)}</strong> },
            { label: 'At least', value: least(quote) },
            ...costFacts(quote, feeBps),
            partFact(before, change(quote)),
          ]}
        />
      );
    }
  }
}
