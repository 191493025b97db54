import type { ReadyVault } from '../../chain/index.js';
import { Address, Muted, Notice } from '../../ui/index.js';
import { useWallet } from '../../wallet/index.js';
import type { Action } from './action.js';
import { isEnough, needed, roleName, rolesOf, signers, type Need } from './roles.js';

/** Who has to sign, and whether the wallet may. */
export function ReviewSigner({ vault, action: { need, exception } }: { vault: ReadyVault; action: Action }) {
  const { account, signer, name, error } = useWallet();
  if (account === null) {
    return <Muted>{`It takes the signature of ${needed(need)}: connect a wallet, or export it unsigned.`}</Muted>;
  }
  if (!isEnough(vault.account, need, account)) {
    return <Refused vault={vault} need={need} account={account} exception={exception} />;
  }
  if (signer === null) {
    return (
      <Notice kind="caution" title="The wallet cannot sign">
        {error ?? 'Connect it again, or another one.'}
      </Notice>
    );
  }
  const roles = rolesOf(vault.account, account).map((role) => roleName(role).toLowerCase());
  return (
    <Muted>
      {need === 'anybody' ? 'Anybody may do this. ' : ''}Signed and paid by{' '}
      <Address address={account} name={name ?? undefined} />
      {roles.length > 0 && `, the vault’s ${roles.join(', ')}`}.
    </Muted>
  );
}

type RefusedProps = { vault: ReadyVault; need: Need; account: string; exception: string | undefined };

function Refused({ vault, need, account, exception }: RefusedProps) {
  const holders = signers(vault.account, need);
  return (
    <Notice kind="caution" title={`Only ${needed(need)} may do this`}>
      Your wallet <Address address={account} /> is not {holders.length === 0 && 'that, and nobody is at the moment. '}
      {holders.map(({ role, address }, index) => (
        <span key={role}>
          {index > 0 && ' or '}the {roleName(role).toLowerCase()} <Address address={address} />
        </span>
      ))}
      {holders.length > 0 && '. Connect that wallet, or export the transaction for it to sign.'} {exception}
    </Notice>
  );
}
