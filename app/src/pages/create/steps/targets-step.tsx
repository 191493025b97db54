import { useState } from 'react';
import {
  Bar,
  assetColour,
  Button,
  Card,
  Checkbox,
  Muted,
  Notice,
  Row,
  Stack,
  Swatch,
  TextInput,
} from '../../../ui/index.js';
import { withAssetFields, withEqualTargets, withTargets, type DraftAsset } from '../draft.js';
import { formatPercentBps, parsePercentBps, targetSum, WHOLE_BPS, withRemainder } from '../targets.js';
import styles from './steps.module.css';
import type { StepProps } from './types.js';

/** What part of the vault each asset is meant to be. */
export function TargetsStep({ draft, update, problems, profiles }: StepProps) {
  const { assets } = draft;
  const [hasBounds, setHasBounds] = useState(() => assets.some(hasOwnBounds));
  const targets = assets.map(({ target }) => target);
  const give = (index: number) => {
    const changed = withRemainder(targets, index);
    return changed === undefined ? undefined : () => update((now) => withTargets(now, changed));
  };
  return (
    <Card
      title="Targets"
      aside={
        <Button size="small" disabled={assets.length === 0} onClick={() => update(withEqualTargets)}>
          Make equal
        </Button>
      }
    >
      <ul className={styles.targets}>
        {assets.map((asset, index) => (
          <li key={asset.mint} className={styles.target}>
            <Target
              asset={asset}
              place={index}
              onChange={(fields) => update((now) => withAssetFields(now, asset.mint, fields))}
              onTakeRest={give(index)}
            />
            {hasBounds && (
              <Bounds
                asset={asset}
                profile={profiles[draft.profile]}
                onChange={(fields) => update((now) => withAssetFields(now, asset.mint, fields))}
              />
            )}
          </li>
        ))}
      </ul>
      <Sum assets={assets} />
      <Checkbox
        label="Set bounds and bands for each asset"
        isChecked={hasBounds}
        onChange={(isChecked) => {
          setHasBounds(isChecked);
          if (!isChecked) {
            update((now) => ({
              ...now,
              assets: now.assets.map((asset) => ({ ...asset, min: '', max: '', bandAbs: '', bandRel: '' })),
            }));
          }
        }}
      />
      <Muted>
        The vault lets each weight wander inside a band around its target, and trades when one leaves it. Targets change
        later only by a slow ramp, or after the timelock.
      </Muted>
      {problems.map(({ path, message }) => (
        <Notice key={path + message} kind="bad" isLive>
          {message}
        </Notice>
      ))}
    </Card>
  );
}

type TargetProps = {
  asset: DraftAsset;
  place: number;
  onChange: (fields: Partial<DraftAsset>) => void;
  /** Gives this asset what the others leave; absent where they leave nothing. */
  onTakeRest: (() => void) | undefined;
};

function Target({ asset, place, onChange, onTakeRest }: TargetProps) {
  const isWrong = asset.target !== '' && parsePercentBps(asset.target) === undefined;
  return (
    <TextInput
      label={
        <>
          <Swatch asset={place} /> {asset.symbol}
        </>
      }
      value={asset.target}
      unit="%"
      inputMode="decimal"
      onChange={(target) => onChange({ target })}
      error={isWrong ? 'A percentage from 0 to 100, no finer than 0.01.' : undefined}
      aside={
        <Button
          kind="plain"
          size="small"
          disabled={onTakeRest === undefined}
          onClick={onTakeRest}
          aria-label={`Give ${asset.symbol} the rest`}
        >
          The rest
        </Button>
      }
    />
  );
}

type BoundsProps = {
  asset: DraftAsset;
  profile: { bandAbsBps: number; bandRelBps: number };
  onChange: (fields: Partial<DraftAsset>) => void;
};

function Bounds({ asset, profile, onChange }: BoundsProps) {
  const fields = [
    { field: 'min', label: 'Least target', usual: '0' },
    { field: 'max', label: 'Largest target', usual: '100' },
    { field: 'bandAbs', label: 'Band, points of the vault', usual: formatPercentBps(profile.bandAbsBps) },
    { field: 'bandRel', label: 'Band, part of the target', usual: formatPercentBps(profile.bandRelBps) },
  ] as const;
  return (
    <div className={styles.bounds}>
      {fields.map(({ field, label, usual }) => (
        <TextInput
          key={field}
          label={<span className={styles['small-label']}>{label}</span>}
          value={asset[field]}
          placeholder={usual}
          unit="%"
          inputMode="decimal"
          onChange={(text) => onChange({ [field]: text })}
        />
      ))}
    </div>
  );
}

function Sum({ assets }: { assets: readonly DraftAsset[] }) {
  const sum = targetSum(assets.map(({ target }) => target));
  const bps = assets.map(({ target }) => parsePercentBps(target) ?? 0);
  const most = Math.max(
    WHOLE_BPS,
    bps.reduce((all, one) => all + one, 0),
  );
  return (
    <Stack gap="small">
      <Bar
        label={assets.map(({ symbol, target }) => `${symbol} ${target || '?'} %`).join(', ')}
        parts={assets.map(({ mint }, place) => ({
          key: mint,
          part: (bps[place] ?? 0) / most,
          colour: assetColour(place),
        }))}
      />
      <Row isSpread>
        <span role="status" className={sum.kind === 'whole' ? styles.whole : styles.off}>
          {sumWords(sum)}
        </span>
      </Row>
    </Stack>
  );
}

function sumWords(sum: ReturnType<typeof targetSum>): string {
  switch (sum.kind) {
    case 'incomplete':
      return 'Write a percentage for each asset.';
    case 'whole':
      return '✓ 100 % exactly';
    case 'off':
      return sum.missingBps > 0
        ? `${formatPercentBps(sum.sumBps)} %: ${formatPercentBps(sum.missingBps)} % are missing`
        : `${formatPercentBps(sum.sumBps)} %: ${formatPercentBps(-sum.missingBps)} % too many`;
  }
}

function hasOwnBounds({ min, max, bandAbs, bandRel }: DraftAsset): boolean {
  return [min, max, bandAbs, bandRel].some((text) => text !== '');
}
