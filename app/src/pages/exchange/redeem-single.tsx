import { atLeast } from '@ballast/client';
import { useMemo, type FormEvent } from 'react';
import { amountText, parseAmount } from '../../format/index.js';
import { Muted, Select } from '../../ui/index.js';
import { ClosedNotice } from './closed-notice.js';
import type { FormProps, SingleForm } from './deposit-single.js';
import styles from './exchange.module.css';
import { closed } from './possible.js';
import { SharesInput } from './shares-input.js';
import { SingleAnswerView } from './single-answer.js';
import { SubmitRow } from './submit-row.js';
import { SHARE_DECIMALS, shareCount, titled, tokens } from './summary.js';
import { toleranceBps, ToleranceField } from './tolerance-field.js';
import { useSingleQuote } from './use-single-quote.js';
import { redeemSingle } from './work.js';

/** Shares for one asset, at its price. */
export function RedeemSingle({ exchange, form, onChange, tolerance, onTolerance }: FormProps<SingleForm>) {
  const { vault, rules, assets, basket, funds, condition, now, transaction } = exchange;
  const asset = assets[form.asset]!;
  const parsed = parseAmount(form.text, SHARE_DECIMALS);
  const shares = parsed.kind === 'amount' ? parsed.amount : 0n;
  const why = closed('redeem-single', condition);
  const isOpen = why === undefined;
  const ask = useMemo(
    () =>
      isOpen ? (units: bigint) => rules.redeemSingle({ ...vault.chain, asset: asset.index, shares: units }) : undefined,
    [rules, vault.chain, asset.index, isOpen],
  );
  const answer = useSingleQuote(ask, shares);
  const bps = toleranceBps(tolerance);
  const label = shares > 0n ? `Redeem ${shareCount(shares)} for ${asset.name}` : `Redeem for ${asset.name}`;
  const isAffordable = funds !== undefined && shares <= funds.shares;

  const redeem = async (event: FormEvent) => {
    event.preventDefault();
    if (answer.quoted.kind !== 'quote' || bps === undefined || !isAffordable) {
      return;
    }
    const least = atLeast(answer.quoted.quote.out, bps);
    const outcome = await transaction.submit(redeemSingle(titled(label, assets), now, asset.index, shares, least));
    if (outcome.ok) {
      onChange({ ...form, text: '' });
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void redeem(event)} noValidate>
      <div className={styles.pair}>
        <Select
          label="For"
          value={String(asset.index)}
          options={basket.map(({ index, name, status }) => ({
            value: String(index),
            label: name,
            isDisabled: status !== 'active',
          }))}
          onChange={(value) => onChange({ ...form, asset: Number(value) })}
        />
        <SharesInput exchange={exchange} text={form.text} onChange={(text) => onChange({ ...form, text })} />
      </div>
      {why !== undefined && <ClosedNotice closed={why} exchange={exchange} isRedeeming />}
      <SingleAnswerView
        exchange={exchange}
        answer={answer}
        name={asset.name}
        isDeposit={false}
        feeBps={vault.account.limits.exitFeeBps}
        out={({ out }) => tokens(assets, asset.index, out)}
        least={({ out }) => (bps === undefined ? '–' : tokens(assets, asset.index, atLeast(out, bps)))}
        change={() => -shares}
        amount={shareCount}
        onUse={(most) => onChange({ ...form, text: amountText(most, SHARE_DECIMALS) })}
      />
      <ToleranceField value={tolerance} onChange={onTolerance} />
      <SubmitRow
        exchange={exchange}
        label={label}
        isReady={answer.quoted.kind === 'quote' && bps !== undefined && isAffordable}
      />
      <Muted>
        The prices of the moment come in with the redemption, in the same transaction. Its fee, and what uncertain
        prices cost, stay in the vault with all who hold it.
      </Muted>
    </form>
  );
}
