import { useMemo, type FormEvent } from 'react';
import { amountText, formatAmount, formatPercentE8, formatUsd, parseAmount } from '../../format/index.js';
import type { FirstDepositQuote } from '../../rules/types.js';
import { AmountInput, Button, Card, Muted, Notice } from '../../ui/index.js';
import { listed, type BasketAsset } from './basket.js';
import { ClosedNotice } from './closed-notice.js';
import styles from './exchange.module.css';
import { followed, maxFirst, withTyped, type FirstForm } from './first.js';
import { available } from './funds.js';
import { closed, firstDepositClosed } from './possible.js';
import { quoted } from './quote.js';
import { QuoteFacts } from './quote-facts.js';
import { Refusal } from './refusal.js';
import { SubmitRow } from './submit-row.js';
import { SHARE_DECIMALS, shareCount, titled } from './summary.js';
import type { Exchange } from './use-exchange.js';
import { depositInKind } from './work.js';

type FirstDepositProps = { exchange: Exchange; form: FirstForm; onChange: (form: FirstForm) => void };

/** The deposit that sets the price of a share: the admin's, of all assets at their targets. */
export function FirstDeposit({ exchange, form, onChange }: FirstDepositProps) {
  const { canSign, chooseWallet, condition, owner, vault } = exchange;
  const why = closed('deposit-in-kind', condition) ?? firstDepositClosed(vault.account.admin, owner);
  return (
    <Card title="First deposit">
      {why === undefined && <FirstDepositForm exchange={exchange} form={form} onChange={onChange} />}
      {why !== undefined && <ClosedNotice closed={why} exchange={exchange} />}
      {why !== undefined && !canSign && (
        <div>
          <Button kind="primary" onClick={chooseWallet}>
            Connect a wallet
          </Button>
        </div>
      )}
    </Card>
  );
}

function FirstDepositForm({ exchange, form, onChange }: FirstDepositProps) {
  const { assets, basket, funds, now, rules, transaction, vault } = exchange;
  const { chain } = vault;
  const amounts = useMemo(() => followed(basket, form), [basket, form]);
  const all = assets.map(({ index }) => amounts.get(index) ?? 0n);
  const typedShares = parseAmount(form.shares, SHARE_DECIMALS);
  const shares = typedShares.kind === 'amount' ? typedShares.amount : undefined;
  const isTyped = [...amounts.values()].some((amount) => amount !== undefined && amount > 0n);
  const answer = isTyped
    ? quoted(() => rules.firstDeposit({ ...chain, amounts: all, ...(shares !== undefined && { shares }) }))
    : ({ kind: 'none' } as const);
  const has = (asset: BasketAsset) => funds && available(funds, asset.index, asset.mint);
  const isAffordable = funds !== undefined && basket.every((asset) => (amounts.get(asset.index) ?? 0n) <= has(asset)!);
  const missing = basket
    .filter(({ index, status }) => status === 'active' && !amounts.get(index))
    .map(({ name }) => name);
  const isReady = answer.kind === 'quote' && isAffordable && missing.length === 0;

  const deposit = async (event: FormEvent) => {
    event.preventDefault();
    if (answer.kind === 'quote' && isReady) {
      const args = { maxAmounts: answer.quote.amounts, minShares: answer.quote.shares };
      await transaction.submit(depositInKind(titled('First deposit', assets), now, args));
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void deposit(event)} noValidate>
      <Muted>
        It sets the price of a share, and the weights that the vault begins with. Type one amount, and the others follow
        at the vault’s targets; what you type afterwards stays as it is.
      </Muted>
      <div className={styles.amounts}>
        {basket.map((asset) => (
          <AmountInput
            key={asset.index}
            label={`${asset.name}, ${formatPercentE8(asset.targetE8, { decimals: 1 })} of the value`}
            value={form.typed[asset.index] ?? textOf(asset, amounts.get(asset.index))}
            decimals={asset.decimals}
            symbol={asset.name}
            max={has(asset)}
            onChange={(text) => onChange(withTyped(form, asset.index, text))}
          />
        ))}
      </div>
      <Largest exchange={exchange} onChange={onChange} />
      <AmountInput
        label="Shares to create"
        value={form.shares}
        decimals={SHARE_DECIMALS}
        symbol="shares"
        hint="From 10 to 1,000,000,000; one for each dollar where left empty. One of them is locked for ever."
        onChange={(text) => onChange({ ...form, shares: text })}
      />
      {isTyped && missing.length > 0 && (
        <Notice kind="caution" title={`There is no amount of ${listed(missing)}`} isLive>
          The first deposit sets the vault’s weights, so it names an amount of every asset.
        </Notice>
      )}
      {answer.kind === 'refused' && <Refusal refused={answer} />}
      {answer.kind === 'quote' && <FirstQuote exchange={exchange} quote={answer.quote} />}
      <SubmitRow exchange={exchange} label="Make the first deposit" isReady={isReady} />
    </form>
  );
}

/** Fills in as much as the wallet can at the targets. */
function Largest({ exchange, onChange }: Pick<FirstDepositProps, 'exchange' | 'onChange'>) {
  const { basket, funds } = exchange;
  const most = funds && maxFirst(basket, (asset) => available(funds, asset.index, asset.mint));
  if (most === undefined) {
    return null;
  }
  const { lead, amount } = most;
  return (
    <Muted>
      {`The wallet’s scarcest asset is ${lead.name}: at the targets it allows for ${formatAmount(amount, lead.decimals)}. `}
      <button
        type="button"
        className={styles.inline}
        onClick={() => onChange({ typed: { [lead.index]: textOf(lead, amount) }, shares: '' })}
      >
        Use that
      </button>
    </Muted>
  );
}

function FirstQuote({ exchange, quote }: { exchange: Exchange; quote: FirstDepositQuote }) {
  const { assets, basket } = exchange;
  const valueUsd = basket.reduce<bigint | undefined>((sum, { index, price, decimals }) => {
    const amount = quote.amounts[index] ?? 0n;
    return sum === undefined || price === null ? undefined : sum + (amount * price.usd) / 10n ** BigInt(decimals);
  }, 0n);
  return (
    <>
      <QuoteFacts
        facts={[
          { label: 'You get', value: <strong>{shareCount(quote.ownShares)}</strong> },
          { label: 'Locked for ever', value: shareCount(quote.shares - quote.ownShares) },
          { label: 'Worth together', value: valueUsd === undefined ? 'unknown' : formatUsd(valueUsd) },
          { label: 'Fee', value: 'none' },
        ]}
      />
      {quote.outside.map(({ asset, weightE8, targetE8 }) => (
        <Notice key={asset} kind="caution" title={`${assets[asset]?.name} would begin outside its band`}>
          {`It would be ${formatPercentE8(weightE8)} of the value; its target is ${formatPercentE8(targetE8)}. The vault would trade it back.`}
        </Notice>
      ))}
    </>
  );
}

function textOf({ decimals }: BasketAsset, amount: bigint | undefined): string {
  return amount === undefined || amount === 0n ? '' : amountText(amount, decimals);
}
