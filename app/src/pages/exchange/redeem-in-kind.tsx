import { useMemo, type FormEvent } from 'react';
import { formatUsd, parseAmount } from '../../format/index.js';
import type { InKindQuote } from '../../rules/types.js';
import { Muted, Notice } from '../../ui/index.js';
import type { FormProps } from './deposit-single.js';
import styles from './exchange.module.css';
import { FateFields } from './fate-fields.js';
import { givesUpAll, masksOf, minAmounts, type Fate, type Fates } from './fates.js';
import { worthUsd } from './position.js';
import { quoted } from './quote.js';
import { partFact, QuoteFacts } from './quote-facts.js';
import { Refusal } from './refusal.js';
import { SharesInput } from './shares-input.js';
import { SubmitRow } from './submit-row.js';
import { SHARE_DECIMALS, shareCount, titled, tokens } from './summary.js';
import { toleranceBps, ToleranceField } from './tolerance-field.js';
import type { Exchange } from './use-exchange.js';
import { redeemInKind } from './work.js';

/** How many shares, and what becomes of each asset. */
export type RedeemInKindForm = { text: string; fates: Fates };

/** Shares for all assets in proportion. Works in every state of the vault. */
export function RedeemInKind({ exchange, form, onChange, tolerance, onTolerance }: FormProps<RedeemInKindForm>) {
  const { assets, basket, funds, now, rpc, rules, transaction, vault } = exchange;
  const parsed = parseAmount(form.text, SHARE_DECIMALS);
  const shares = parsed.kind === 'amount' ? parsed.amount : 0n;
  const answer = useMemo(
    () => (shares > 0n ? quoted(() => rules.redeemInKind({ ...vault.chain, shares })) : ({ kind: 'none' } as const)),
    [rules, vault.chain, shares],
  );
  const bps = toleranceBps(tolerance);
  const quote = answer.kind === 'quote' ? answer.quote : undefined;
  const isForNothing = givesUpAll(
    form.fates,
    basket.map(({ index }) => index),
  );
  const isReady =
    quote !== undefined && bps !== undefined && !isForNothing && funds !== undefined && shares <= funds.shares;
  const label = shares > 0n ? `Redeem ${shareCount(shares)} in kind` : 'Redeem in kind';

  const redeem = async (event: FormEvent) => {
    event.preventDefault();
    if (quote === undefined || bps === undefined || !isReady) {
      return;
    }
    const args = { shares, minAmounts: minAmounts(quote.amounts, form.fates, bps), ...masksOf(form.fates) };
    const outcome = await transaction.submit(redeemInKind(titled(label, assets), now, rpc, args));
    if (outcome.ok) {
      onChange({ text: '', fates: {} });
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void redeem(event)} noValidate>
      <Muted>Your part of every asset. No price is needed, no fee is taken, and nobody can stop it.</Muted>
      <SharesInput exchange={exchange} text={form.text} onChange={(text) => onChange({ ...form, text })} />
      {answer.kind === 'refused' && <Refusal refused={answer} />}
      {quote !== undefined && <RedemptionFacts exchange={exchange} quote={quote} fates={form.fates} />}
      <FateFields basket={basket} fates={form.fates} onChange={(fates) => onChange({ ...form, fates })} />
      {isForNothing && (
        <Notice kind="bad" title="Not everything can be given up" isLive>
          Have at least one asset paid, or leave it as a claim.
        </Notice>
      )}
      <ToleranceField value={tolerance} onChange={onTolerance} />
      <SubmitRow exchange={exchange} label={label} isReady={isReady} />
    </form>
  );
}

const FATE_WORDS: Record<Fate, string> = {
  pay: '',
  claim: ' as a claim',
  forfeit: ' left to the others, for ever',
};

type RedemptionFactsProps = { exchange: Exchange; quote: InKindQuote; fates: Fates };

function RedemptionFacts({ exchange, quote, fates }: RedemptionFactsProps) {
  const { assets, basket, funds, vault } = exchange;
  const { sharePriceUsd, shareDecimals, totalShares } = vault.figures;
  const worth = worthUsd(quote.shares, sharePriceUsd, shareDecimals);
  return (
    <QuoteFacts
      facts={[
        ...basket.map(({ index, name }) => ({
          label: name,
          value: (
            <>
              <strong>{tokens(assets, index, quote.amounts[index] ?? 0n)}</strong>
              {FATE_WORDS[fates[index] ?? 'pay']}
            </>
          ),
        })),
        { label: 'Worth together', value: worth === null ? 'unknown: not every price is' : formatUsd(worth) },
        { label: 'Fee', value: 'none' },
        partFact({ shares: funds?.shares ?? 0n, total: totalShares }, -quote.shares),
      ]}
    />
  );
}
