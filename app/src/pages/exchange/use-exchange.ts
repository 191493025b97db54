import { use, useEffect, useMemo, useRef } from 'react';
import type { ClusterRpc } from '@ballast/client';
import type { Address } from '@solana/kit';
import { useBalances, useChain, type ReadyVault } from '../../chain/index.js';
import { loadVaultRules } from '../../rules/index.js';
import type { VaultRules } from '../../rules/types.js';
import { useSubmit, type Submit } from '../../transaction/index.js';
import { useWallet } from '../../wallet/index.js';
import { basketOf, type BasketAsset } from './basket.js';
import type { Funds } from './funds.js';
import type { Condition } from './possible.js';
import type { Circumstances, Now } from './work.js';

/** What deposits and redemptions of a vault are made with. */
export type Exchange = {
  vault: ReadyVault;
  rules: VaultRules;
  rpc: ClusterRpc;
  /** The assets of the basket. */
  basket: readonly BasketAsset[];
  /** All assets by place, for words. */
  assets: readonly BasketAsset[];
  condition: Condition;
  /** Who is connected, and what they have; `undefined` until that is known. */
  owner: Address | null;
  funds: Funds | undefined;
  /** Whether there is somebody to sign. */
  canSign: boolean;
  chooseWallet: () => void;
  transaction: Submit;
  /** What a transaction is made of at the moment that it is made. */
  now: Now;
};

/** Deposits and redemptions of a vault by the connected wallet. Suspends until the rules are loaded. */
export function useExchange(vault: ReadyVault): Exchange {
  const rules = use(loadVaultRules());
  const { rpc } = useChain();
  const { account: owner, signer, choose } = useWallet();
  const funds = useBalances(owner, vault.view);
  const transaction = useSubmit();
  const now = useCircumstances(vault, funds);
  const assets = useMemo(() => assetsOf(vault), [vault]);
  return {
    vault,
    rules,
    rpc,
    basket: basketOf(vault.figures, vault.names),
    assets,
    condition: conditionOf(vault),
    owner,
    funds,
    canSign: signer !== null,
    chooseWallet: choose,
    transaction,
    now,
  };
}

const NO_FUNDS: Funds = { lamports: 0n, tokens: [], shares: 0n };

/** The circumstances of the last time that the page was drawn, whenever they are asked for. */
function useCircumstances(vault: ReadyVault, funds: Funds | undefined): Now {
  const { account, view, lookupTables, figures } = vault;
  const refused = figures.refresh.refused.map(({ asset }) => asset);
  const drawn: Circumstances = { account, view, lookupTables, refused, funds: funds ?? NO_FUNDS };
  const latest = useRef(drawn);
  useEffect(() => {
    latest.current = drawn;
  });
  return useMemo(() => () => latest.current, []);
}

function assetsOf({ figures, names }: ReadyVault): BasketAsset[] {
  return figures.assets.map((asset) => ({ ...asset, name: names[asset.index] ?? '' }));
}

function conditionOf({ account, figures, names }: ReadyVault): Condition {
  const quarantined = figures.assets.filter(({ status }) => status === 'quarantined');
  return {
    ...figures,
    isClosing: account.isClosing !== 0,
    quarantined: quarantined.map(({ index }) => names[index] ?? ''),
  };
}
