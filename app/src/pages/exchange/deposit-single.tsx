import { atLeast } from '@ballast/client';
import { useMemo, type FormEvent } from 'react';
import { amountText, formatAmount, parseAmount } from '../../format/index.js';
import { AmountInput, Muted, Select } from '../../ui/index.js';
import { ClosedNotice } from './closed-notice.js';
import styles from './exchange.module.css';
import { available, KEPT_LAMPORTS, NATIVE_MINT } from './funds.js';
import { closed } from './possible.js';
import { SingleAnswerView } from './single-answer.js';
import { SubmitRow } from './submit-row.js';
import { shareCount, titled, tokens } from './summary.js';
import { toleranceBps, ToleranceField, type Tolerance } from './tolerance-field.js';
import type { Exchange } from './use-exchange.js';
import { useSingleQuote } from './use-single-quote.js';
import { depositSingle } from './work.js';

/** What is chosen and typed. */
export type SingleForm = { asset: number; text: string };

/** A form of one of the pages, whose content the page keeps. */
export type FormProps<Form> = {
  exchange: Exchange;
  form: Form;
  onChange: (form: Form) => void;
  tolerance: Tolerance;
  onTolerance: (tolerance: Tolerance) => void;
};

/** One asset for shares, at its price. */
export function DepositSingle({ exchange, form, onChange, tolerance, onTolerance }: FormProps<SingleForm>) {
  const { vault, rules, assets, basket, funds, condition, now, transaction } = exchange;
  const asset = assets[form.asset]!;
  const parsed = parseAmount(form.text, asset.decimals);
  const amount = parsed.kind === 'amount' ? parsed.amount : 0n;
  const has = funds && available(funds, asset.index, asset.mint);
  const why = closed('deposit-single', condition);
  const isOpen = why === undefined;
  const ask = useMemo(
    () =>
      isOpen
        ? (units: bigint) => rules.depositSingle({ ...vault.chain, asset: asset.index, amount: units })
        : undefined,
    [rules, vault.chain, asset.index, isOpen],
  );
  const answer = useSingleQuote(ask, amount);
  const bps = toleranceBps(tolerance);
  const label = amount > 0n ? `Deposit ${tokens(assets, asset.index, amount)}` : 'Deposit';
  const isAffordable = has !== undefined && amount <= has;

  const deposit = async (event: FormEvent) => {
    event.preventDefault();
    if (answer.quoted.kind !== 'quote' || bps === undefined || !isAffordable) {
      return;
    }
    const least = atLeast(answer.quoted.quote.out, bps);
    const outcome = await transaction.submit(depositSingle(titled(label, assets), now, asset.index, amount, least));
    if (outcome.ok) {
      onChange({ ...form, text: '' });
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void deposit(event)} noValidate>
      <div className={styles.pair}>
        <Select
          label="Asset"
          value={String(asset.index)}
          options={basket.map(({ index, name }) => ({ value: String(index), label: name }))}
          onChange={(value) => onChange({ asset: Number(value), text: '' })}
        />
        <AmountInput
          label="Amount"
          value={form.text}
          decimals={asset.decimals}
          symbol={asset.name}
          max={has}
          onChange={(text) => onChange({ ...form, text })}
          {...(asset.mint === NATIVE_MINT && {
            hint: `${formatAmount(KEPT_LAMPORTS, 9)} SOL stay in the wallet, for fees.`,
          })}
        />
      </div>
      {why !== undefined && <ClosedNotice closed={why} exchange={exchange} />}
      <SingleAnswerView
        exchange={exchange}
        answer={answer}
        name={asset.name}
        isDeposit
        feeBps={vault.account.limits.entryFeeBps}
        out={({ out }) => shareCount(out)}
        least={({ out }) => (bps === undefined ? '–' : shareCount(atLeast(out, bps)))}
        change={({ out }) => out}
        amount={(most) => tokens(assets, asset.index, most)}
        onUse={(most) => onChange({ ...form, text: amountText(most, asset.decimals) })}
      />
      <ToleranceField value={tolerance} onChange={onTolerance} />
      <SubmitRow
        exchange={exchange}
        label={label}
        isReady={answer.quoted.kind === 'quote' && bps !== undefined && isAffordable}
      />
      <Muted>
        The prices of the moment come in with the deposit, in the same transaction. Its fee, and what uncertain prices
        cost, stay in the vault with all who hold it.
      </Muted>
    </form>
  );
}
