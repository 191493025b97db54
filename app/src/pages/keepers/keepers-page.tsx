import { useVaults } from '../../chain/index.js';
import { Loading, Muted, Notice, Page } from '../../ui/index.js';
import { Reimbursements } from './reimbursements.js';
import { VaultDuties } from './vault-duties.js';

/** What is due now in every vault, and what the connected wallet has earned by doing it. */
export function KeepersPage() {
  const { status, addresses, error } = useVaults();
  return (
    <Page
      title="Keepers"
      lead="Anyone may turn the crank: the vault decides what is traded, where and at which price, and pays whoever does it."
    >
      <Reimbursements />
      {error !== undefined && (
        <Notice kind="caution" title="Not every vault may be listed">
          {error}
        </Notice>
      )}
      {status === 'loading' && <Loading what="the vaults" />}
      {status === 'ready' && addresses.length === 0 && <Muted>There is no vault to look after.</Muted>}
      {addresses.map((address) => (
        <VaultDuties key={address} address={address} />
      ))}
    </Page>
  );
}
