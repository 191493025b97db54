import type { ReadyVault } from '../../chain/index.js';
import { formatAmount, formatPercentBps, formatPercentE8, formatPrice, formatUsd } from '../../format/index.js';
import type { Drift, Held, Next } from '../../rules/types.js';
import { Badge, Card, Countdown, Stat, Stats } from '../../ui/index.js';
import { capital } from './history/words.js';
import styles from './vault.module.css';

const UNKNOWN = 'unknown';
const TONES = { due: 'accent', drift: 'neutral', schedule: 'neutral', wait: 'neutral', stopped: 'caution' } as const;
/** A drift of the whole band. */
const WHOLE_BAND_BPS = 10_000;

/** A vault's key figures. */
export function Summary({ vault: { figures, names } }: { vault: ReadyVault }) {
  const { navUsd, sharePriceUsd, totalShares, shareDecimals, isFresh, held, drift, next } = figures;
  return (
    <Card>
      <Stats>
        <Stat
          label="Value"
          value={navUsd === null ? UNKNOWN : formatUsd(navUsd)}
          detail={isFresh ? 'at fresh prices' : 'at stale prices'}
        />
        <Stat
          label="Share price"
          value={sharePriceUsd === null ? UNKNOWN : formatPrice(sharePriceUsd)}
          detail={`${formatAmount(totalShares, shareDecimals, 2)} shares`}
        />
        <Stat label="Against holding" {...againstHolding(held)} />
        <Stat label="Drift" {...drifted(drift, names)} />
      </Stats>
      <NextTrade next={next} />
    </Card>
  );
}

function againstHolding(held: Held | null) {
  if (held === null) {
    return { value: UNKNOWN, detail: 'the first deposit cannot be looked up' };
  }
  return {
    value: formatPercentE8(held.againstE8, { isChange: true }),
    detail: `untouched, a share would be worth ${formatPrice(held.sharePriceUsd)}`,
    tone: held.againstE8 < 0n ? ('bad' as const) : ('good' as const),
  };
}

function drifted(drift: Drift | null, names: readonly string[]) {
  if (drift === null) {
    return { value: UNKNOWN, detail: 'without prices' };
  }
  const isOut = drift.usedBps > WHOLE_BAND_BPS;
  return {
    value: formatPercentBps(drift.usedBps, { decimals: 0 }),
    detail: isOut ? `of its band: ${names[drift.asset]} is outside` : `of its band, by ${names[drift.asset]}`,
    tone: isOut ? ('caution' as const) : undefined,
  };
}

/** What the vault waits for, in a sentence. */
function NextTrade({ next: { kind, at, words } }: { next: Next }) {
  return (
    <div className={styles.next}>
      <Badge tone={TONES[kind]}>Next trade</Badge>
      <span>
        {capital(words)}
        {at !== null && (
          <>
            {' '}
            (<Countdown until={at} done="any moment" />)
          </>
        )}
      </span>
    </div>
  );
}
