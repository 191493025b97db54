import study from '../../../../../docs/profiles.md?raw';
import { Card, Muted, Stack } from '../../../ui/index.js';
import type { Profile } from '../../../rules/types.js';
import { BacktestCard } from '../backtest/backtest-card.js';
import { ParameterEditor } from '../parameters/parameter-editor.js';
import { evidence, MEANINGS, PROFILES, type Range } from '../profiles.js';
import { formatPercentBps } from '../targets.js';
import { ShocksField } from './shocks-field.js';
import styles from './steps.module.css';
import type { StepProps } from './types.js';

/** When the vault trades: a profile, or every parameter; and what that did in the past. */
export function StrategyStep(props: StepProps) {
  const { draft, update, rules, profiles } = props;
  return (
    <Stack gap="large">
      <Card title="Risk profile">
        <Muted>
          How far weights may wander before a trade is worth its cost. The figures are of a study on the bundled prices,
          April 2021 to June 2023, of BTC, ETH, SOL and USDC, a quarter each; nothing here forecasts returns.
        </Muted>
        <fieldset className={styles.profiles}>
          <legend className="visually-hidden">Risk profile</legend>
          {PROFILES.map((profile) => (
            <ProfileChoice
              key={profile}
              profile={profile}
              bands={profiles[profile]}
              isChosen={draft.profile === profile}
              onChoose={() => update((now) => ({ ...now, profile }))}
            />
          ))}
        </fieldset>
      </Card>
      <Card title="Worst days">
        <ShocksField draft={draft} update={update} />
      </Card>
      <ParameterEditor {...props} />
      <BacktestCard draft={draft} rules={rules} />
    </Stack>
  );
}

type ProfileChoiceProps = {
  profile: Profile;
  bands: { bandAbsBps: number; bandRelBps: number };
  isChosen: boolean;
  onChoose: () => void;
};

function ProfileChoice({ profile, bands, isChosen, onChoose }: ProfileChoiceProps) {
  const { summary, suits } = MEANINGS[profile];
  const found = evidence(study, profile);
  return (
    <label className={styles.profile}>
      <span className={styles['profile-name']}>
        <input type="radio" name="profile" checked={isChosen} onChange={onChoose} />
        {profile.charAt(0).toUpperCase() + profile.slice(1)}
      </span>
      <span>{summary}</span>
      <Muted>{suits}</Muted>
      <dl>
        <Figure
          name="Band"
          value={`±${formatPercentBps(bands.bandAbsBps)} points, at most ${formatPercentBps(bands.bandRelBps)} % of the target`}
        />
        {found !== undefined && (
          <>
            <Figure name="Tracking error a year" value={`${words(found.trackingErrorPercent, 1)}\u00a0%`} />
            <Figure name="Cost a year" value={`${words(found.costBps, 0)}\u00a0bps`} />
            <Figure name="Saved of a naive rule’s cost" value={`${words(found.savedPercent, 0)}\u00a0%`} />
          </>
        )}
      </dl>
    </label>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function words({ least, most }: Range, places: number): string {
  return `${least.toFixed(places)}–${most.toFixed(places)}`;
}
