import { Muted, Notice, Select, Stack } from '../../ui/index.js';
import { listed, type BasketAsset } from './basket.js';
import styles from './exchange.module.css';
import type { Fate, Fates } from './fates.js';

const OPTIONS: readonly { value: Fate; label: string }[] = [
  { value: 'pay', label: 'Pay now' },
  { value: 'claim', label: 'Leave as a claim' },
  { value: 'forfeit', label: 'Give up, for ever' },
];

type FateFieldsProps = {
  basket: readonly BasketAsset[];
  fates: Fates;
  onChange: (fates: Fates) => void;
};

/** What becomes of each asset: needed only where one cannot be moved, such as while its issuer has frozen it. */
export function FateFields({ basket, fates, onChange }: FateFieldsProps) {
  const quarantined = basket.filter(({ status }) => status === 'quarantined').map(({ name }) => name);
  const forfeited = basket.filter(({ index }) => fates[index] === 'forfeit').map(({ name }) => name);
  return (
    <details className={styles.options} open={quarantined.length > 0 || undefined}>
      <summary>An asset cannot be paid? Choose what becomes of each</summary>
      <Stack>
        {quarantined.length > 0 && (
          <Notice kind="info" title={`${listed(quarantined)} is quarantined`}>
            It is paid like the others unless its issuer has frozen it; then leave it as a claim, and be paid once it is
            free.
          </Notice>
        )}
        {basket.map(({ index, name }) => (
          <div key={index} className={styles.choice}>
            <span aria-hidden="true">{name}</span>
            <Select
              label={`What becomes of ${name}`}
              isLabelHidden
              value={fates[index] ?? 'pay'}
              options={OPTIONS}
              onChange={(fate) => onChange({ ...fates, [index]: fate })}
            />
          </div>
        ))}
        <Muted>
          A claim stays yours, is no longer part of the vault, and is paid on this page whenever the asset can be moved.
        </Muted>
        {forfeited.length > 0 && (
          <Notice kind="caution" title={`You give up ${listed(forfeited)} for ever`} isLive>
            It stays with the other holders. Leave it as a claim instead, unless it is worthless to you.
          </Notice>
        )}
      </Stack>
    </details>
  );
}
