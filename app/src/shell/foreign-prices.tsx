import { vaultAssets } from '@ballast/client';
import { foreignFeeds } from '../chain/feeds.js';
import type { ReadyVault } from '../chain/index.js';
import { useConfig } from '../config-context.js';
import { Notice } from '../ui/index.js';

/** Says of which known tokens the vault takes another price than this site knows; nothing where all is as expected. */
export function ForeignPrices({ vault: { account, names } }: { vault: ReadyVault }) {
  const { tokens } = useConfig();
  const foreign = foreignFeeds(vaultAssets(account), tokens).map((asset) => names[asset]);
  return foreign.length === 0 ? null : (
    <Notice kind="bad" title={`This vault does not take the usual price of ${foreign.join(', ')}`}>
      Its creator chose another feed than the one that this site knows for the token. Every figure here goes by it, and
      so do deposits and redemptions of one asset. Deposit nothing unless you know why.
    </Notice>
  );
}
