import { atLeast } from '@ballast/client';
import type { FormEvent } from 'react';
import { amountText, formatAmount, formatUsd, parseAmount } from '../../format/index.js';
import { AmountInput, Button, Muted, Notice } from '../../ui/index.js';
import { listed, type BasketAsset } from './basket.js';
import { ClosedNotice } from './closed-notice.js';
import type { FormProps } from './deposit-single.js';
import styles from './exchange.module.css';
import { maxAmounts } from './in-kind.js';
import { worthUsd } from './position.js';
import { closed } from './possible.js';
import { partFact, QuoteFacts } from './quote-facts.js';
import { Refusal } from './refusal.js';
import { SubmitRow } from './submit-row.js';
import { shareCount, titled, tokens } from './summary.js';
import { toleranceBps, ToleranceField } from './tolerance-field.js';
import type { Exchange } from './use-exchange.js';
import { useInKindDeposit, type InKindAnswer } from './use-in-kind-deposit.js';
import { depositInKind } from './work.js';

/** The asset whose amount was typed, and what was. */
export type InKindForm = { lead: number; text: string };

/** All assets in proportion for shares. */
export function DepositInKind({ exchange, form, onChange, tolerance, onTolerance }: FormProps<InKindForm>) {
  const { assets, basket, condition, funds, now, transaction, vault } = exchange;
  const parsed = parseAmount(form.text, assets[form.lead]!.decimals);
  const amount = parsed.kind === 'amount' ? parsed.amount : 0n;
  const why = closed('deposit-in-kind', condition);
  const answer = useInKindDeposit(exchange, form.lead, amount, why === undefined);
  const { wanted, has, scarce } = answer;
  const bps = toleranceBps(tolerance);
  const quote = wanted.kind === 'quote' ? wanted.quote : undefined;
  const isReady = quote !== undefined && bps !== undefined && has !== undefined && scarce === undefined;

  const deposit = async (event: FormEvent) => {
    event.preventDefault();
    if (quote === undefined || bps === undefined || has === undefined || !isReady) {
      return;
    }
    const args = {
      maxAmounts: maxAmounts(quote.amounts, { lead: form.lead, amount }, has, bps),
      minShares: atLeast(quote.shares, bps),
    };
    const outcome = await transaction.submit(depositInKind(titled('Deposit in kind', assets), now, args));
    if (outcome.ok) {
      onChange({ ...form, text: '' });
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void deposit(event)} noValidate>
      <Muted>
        Type one amount; the others follow in the vault’s proportions. No price is needed, and no fee is taken.
      </Muted>
      <div className={styles.amounts}>
        {basket.map((asset) => (
          <InKindAmount
            key={asset.index}
            asset={asset}
            answer={answer}
            text={asset.index === form.lead ? form.text : textOf(asset, quote?.amounts[asset.index])}
            onChange={(text) => onChange({ lead: asset.index, text })}
          />
        ))}
      </div>
      {why !== undefined && <ClosedNotice closed={why} exchange={exchange} />}
      <Shortage exchange={exchange} answer={answer} lead={form.lead} onChange={onChange} />
      {wanted.kind === 'refused' && <Refusal refused={wanted} />}
      {quote !== undefined && (
        <QuoteFacts
          facts={[
            { label: 'You get', value: <strong>{shareCount(quote.shares)}</strong> },
            { label: 'At least', value: bps === undefined ? '–' : shareCount(atLeast(quote.shares, bps)) },
            { label: 'Worth', value: worth(exchange, quote.shares) },
            { label: 'Fee', value: 'none' },
            partFact({ shares: funds?.shares ?? 0n, total: vault.figures.totalShares }, quote.shares),
          ]}
        />
      )}
      <ToleranceField value={tolerance} onChange={onTolerance} />
      <SubmitRow exchange={exchange} label="Deposit in kind" isReady={isReady} />
    </form>
  );
}

type InKindAmountProps = {
  asset: BasketAsset;
  answer: InKindAnswer;
  text: string;
  onChange: (text: string) => void;
};

function InKindAmount({ asset, answer: { possible, has }, text, onChange }: InKindAmountProps) {
  const { index, name, decimals, balance } = asset;
  if (balance === 0n) {
    return <Muted>{`The vault holds no ${name}: none is taken.`}</Muted>;
  }
  const most = possible.kind === 'quote' ? possible.quote.amounts[index] : has && 0n;
  return (
    <AmountInput
      label={name}
      value={text}
      decimals={decimals}
      symbol={name}
      max={most}
      maxLabel="At most"
      onChange={onChange}
      {...(has && { hint: `Balance ${formatAmount(has[index]!, decimals)}` })}
    />
  );
}

type ShortageProps = {
  exchange: Exchange;
  answer: InKindAnswer;
  lead: number;
  onChange: (form: InKindForm) => void;
};

/** Which asset the wallet has too little of, and how much of the chosen one goes with what it has. */
function Shortage({ exchange: { assets, basket }, answer, lead, onChange }: ShortageProps) {
  const { possible, has, scarce, wanted } = answer;
  const lacking = basket.filter(({ index, balance }) => balance > 0n && has?.[index] === 0n);
  if (lacking.length > 0) {
    return (
      <Notice kind="caution" title={`The wallet has no ${listed(lacking.map(({ name }) => name))}`}>
        A deposit in kind takes every asset. Get some, or deposit one asset alone.
      </Notice>
    );
  }
  if (scarce === undefined || has === undefined || wanted.kind !== 'quote') {
    return null;
  }
  const most = possible.kind === 'quote' ? possible.quote.amounts[lead]! : 0n;
  return (
    <Notice
      kind="caution"
      title={`The wallet has too little ${assets[scarce]!.name}`}
      isLive
      action={
        most > 0n && (
          <Button size="small" onClick={() => onChange({ lead, text: textOf(assets[lead]!, most) })}>
            Use {tokens(assets, lead, most)}
          </Button>
        )
      }
    >
      {`It has ${tokens(assets, scarce, has[scarce]!)}, and ${tokens(assets, scarce, wanted.quote.amounts[scarce]!)} are needed.`}
    </Notice>
  );
}

function textOf({ decimals }: BasketAsset, amount: bigint | undefined): string {
  return amount === undefined ? '' : amountText(amount, decimals);
}

function worth({ vault: { figures } }: Exchange, shares: bigint): string {
  const usd = worthUsd(shares, figures.sharePriceUsd, figures.shareDecimals);
  return usd === null ? 'unknown: not every price is' : formatUsd(usd);
}
