import { isAddress, type Address } from '@solana/kit';
import { lazy, Suspense } from 'react';
import { useVault, type ReadyVault } from '../chain/index.js';
import { shortAddress } from '../format/index.js';
import { VAULT_TABS, VAULTS_PATH, vaultPath, vaultTab, type VaultTab } from '../routes.js';
import { Address as AddressText, Card, LinkButton, Loading, Notice, Page, Skeleton, Tabs } from '../ui/index.js';
import { ForeignPrices } from './foreign-prices.js';
import { NotFound } from './not-found.js';

const VaultPage = lazy(async () => ({ default: (await import('../pages/vault/index.js')).VaultPage }));
const HistoryPage = lazy(async () => ({ default: (await import('../pages/vault/index.js')).HistoryPage }));
const DepositPage = lazy(async () => ({ default: (await import('../pages/exchange/index.js')).DepositPage }));
const RedeemPage = lazy(async () => ({ default: (await import('../pages/exchange/index.js')).RedeemPage }));
const PlainRedemption = lazy(async () => ({
  default: (await import('../pages/exchange/index.js')).PlainRedemption,
}));
const GovernPage = lazy(async () => ({ default: (await import('../pages/govern/index.js')).GovernPage }));

const TABS: Record<VaultTab, { label: string; page: React.ComponentType<{ vault: ReadyVault }> }> = {
  overview: { label: 'Overview', page: VaultPage },
  deposit: { label: 'Deposit', page: DepositPage },
  redeem: { label: 'Redeem', page: RedeemPage },
  history: { label: 'History', page: HistoryPage },
  govern: { label: 'Govern', page: GovernPage },
};

/** A vault's name and tabs, and the page of one of them. */
export function VaultLayout({ address, tab }: { address: string; tab: string }) {
  const known = vaultTab(tab);
  if (!isAddress(address) || known === undefined) {
    return <NotFound />;
  }
  return <KnownVault address={address} tab={known} />;
}

function KnownVault({ address, tab }: { address: Address; tab: VaultTab }) {
  const vault = useVault(address);
  const name = vault.status === 'ready' ? vault.name : shortAddress(address);
  const tabs = VAULT_TABS.map((key) => ({ href: vaultPath(address, key), label: TABS[key].label }));
  return (
    <Page
      key={tab}
      title={name}
      documentTitle={`${TABS[tab].label} – ${name}`}
      lead={<AddressText address={address} />}
    >
      <Tabs label="Parts of this vault" tabs={tabs} current={vaultPath(address, tab)} />
      <Content vault={vault} tab={tab} />
    </Page>
  );
}

function Content({ vault, tab }: { vault: ReturnType<typeof useVault>; tab: VaultTab }) {
  const Part = TABS[tab].page;
  switch (vault.status) {
    case 'loading':
      return <Placeholder />;
    case 'error':
      return (
        <>
          <Notice
            kind="bad"
            title="This vault cannot be shown"
            action={<LinkButton href={VAULTS_PATH}>All vaults</LinkButton>}
          >
            {vault.error}
          </Notice>
          {tab === 'redeem' && (
            <Suspense fallback={<Placeholder />}>
              <PlainRedemption address={vault.address} />
            </Suspense>
          )}
        </>
      );
    case 'ready':
      return (
        <>
          <ForeignPrices vault={vault} />
          <Suspense fallback={<Placeholder />}>
            <Part vault={vault} />
          </Suspense>
        </>
      );
  }
}

function Placeholder() {
  return (
    <Card>
      <Loading what="the vault" />
      <Skeleton height="24rem" />
    </Card>
  );
}
