import {
  atLeast,
  fetchLookupTables,
  fetchVault,
  instruction,
  quoteRedeemInKind,
  vaultView,
  type Vault,
} from '@ballast/client';
import type { Address, AddressesByLookupTableAddress } from '@solana/kit';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type FormEvent } from 'react';
import { useBalances, useChain } from '../../chain/index.js';
import { useConfig } from '../../config-context.js';
import { formatPercentBps, parseAmount, shortAddress } from '../../format/index.js';
import { TransactionProgress, useSubmit, type Work } from '../../transaction/index.js';
import { AmountInput, Button, Card, Muted, Notice } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import styles from './exchange.module.css';
import { HINTS } from './hints.js';
import { SHARE_DECIMALS, shareCount, titled, type Named } from './summary.js';
import { DEFAULT_TOLERANCE_BPS } from './tolerance.js';

/** Between two attempts to read the vault. */
const EVERY_MS = 10_000;

/**
 * Redemption in kind where the app has no figures of the vault: it needs neither prices nor rules, only the vault's account and a node. The
 * node is asked what the shares pay.
 */
export function PlainRedemption({ address }: { address: Address }) {
  const { rpc } = useChain();
  const { vaults } = useConfig();
  const tables = vaults.find((vault) => vault.address === address)?.lookupTables ?? [];
  const { data, error } = useQuery({
    queryKey: ['plain-redemption', address],
    queryFn: async () => ({
      vault: await fetchVault(rpc, address),
      lookupTables: tables.length === 0 ? {} : await fetchLookupTables(rpc, ...tables),
    }),
    refetchInterval: EVERY_MS,
  });
  if (data === undefined) {
    return (
      <Card title="Redeem in kind">
        <Muted>
          {error === null
            ? 'Reading the vault’s account…'
            : `The vault’s account cannot be read: ${error.message} Trying again.`}
        </Muted>
      </Card>
    );
  }
  return <PlainForm address={address} {...data} />;
}

type PlainFormProps = { address: Address; vault: Vault; lookupTables: AddressesByLookupTableAddress };

function PlainForm({ address, vault, lookupTables }: PlainFormProps) {
  const { rpc } = useChain();
  const { tokens } = useConfig();
  const { account: owner, signer, choose } = useWallet();
  const view = useMemo(() => vaultView(address, vault), [address, vault]);
  const has = useBalances(owner, view)?.shares;
  const redemption = useSubmit();
  const [text, setText] = useState('');
  const parsed = parseAmount(text, SHARE_DECIMALS, has);
  const shares = parsed.kind === 'amount' ? parsed.amount : 0n;
  const assets: Named[] = vault.assets.map(({ mint, decimals }) => ({
    name: tokens.find((token) => token.mint === mint)?.symbol ?? shortAddress(mint),
    decimals,
  }));

  const redeem = async (event: FormEvent) => {
    event.preventDefault();
    const work: Work = {
      ...titled(`Redeem ${shareCount(shares)} in kind`, assets),
      lookupTables,
      hints: HINTS,
      setup: (user) => instruction.createTokenAccounts(user, user.address, view),
      build: async (user) => {
        const { amounts } = await quoteRedeemInKind(rpc, user.address, view, shares, {}, { lookupTables });
        const minAmounts = amounts.map((amount) => atLeast(amount, DEFAULT_TOLERANCE_BPS));
        return [await instruction.redeemInKind(user, view, { shares, minAmounts, skipMask: 0, forfeitMask: 0 })];
      },
    };
    const outcome = await redemption.submit(work);
    if (outcome.ok) {
      setText('');
    }
  };

  return (
    <>
      <TransactionProgress of={redemption} />
      {!redemption.isUnderWay && (
        <Card title="Redeem in kind">
          <form className={styles.form} onSubmit={(event) => void redeem(event)} noValidate>
            <Notice kind="info" title="Your part of every asset can be redeemed all the same">
              {`It needs no price. The node says what your shares pay when you press; ${formatPercentBps(DEFAULT_TOLERANCE_BPS)} less than that, and nothing happens.`}
            </Notice>
            <AmountInput
              label="Shares"
              value={text}
              decimals={SHARE_DECIMALS}
              symbol="shares"
              max={has}
              maxLabel="You have"
              onChange={setText}
            />
            <div>
              {signer === null ? (
                <Button kind="primary" onClick={choose}>
                  Connect a wallet
                </Button>
              ) : (
                <Button kind="primary" type="submit" disabled={shares === 0n} isBusy={redemption.isBusy}>
                  Redeem in kind
                </Button>
              )}
            </div>
          </form>
        </Card>
      )}
    </>
  );
}
