import { formatPercentE8 } from '../../../format/index.js';
import type { AssetFigures } from '../../../rules/types.js';
import { assetColour, Badge, Swatch } from '../../../ui/index.js';
import styles from './holdings.module.css';
import { track } from './scale.js';

/** An asset's weight on a track around its target, with the band within which nothing is traded. */
export function AssetTrack({ asset, name }: { asset: AssetFigures; name: string }) {
  const { weightE8, targetE8, lowE8, highE8, isOut } = asset;
  const { low, target, high, weight } = track(asset);
  return (
    <li className={styles.asset}>
      <div className={styles.line}>
        <span className={styles.name}>
          <Swatch asset={asset.index} />
          {name}
          {isOut && <Badge tone="caution">outside its band</Badge>}
        </span>
        <span className={styles.figures}>
          <strong>{weightE8 === null ? 'unknown' : formatPercentE8(weightE8)}</strong>
          <span className={styles.quiet}> of {formatPercentE8(targetE8)}</span>
        </span>
      </div>
      <svg className={styles.track} role="img" aria-label={inWords(asset, name)}>
        <line className={styles.rail} x1="0" x2="100%" y1="50%" y2="50%" />
        <rect
          className={isOut ? styles.bandLeft : styles.band}
          x={percent(low)}
          width={percent(high - low)}
          y="20%"
          height="60%"
          rx="4"
        />
        <line className={styles.target} x1={percent(target)} x2={percent(target)} y1="10%" y2="90%" />
        {weight !== null && (
          <circle
            className={styles.weight}
            cx={percent(weight)}
            cy="50%"
            r="7"
            style={{ fill: assetColour(asset.index) }}
          />
        )}
      </svg>
      <div className={styles.edges} aria-hidden="true">
        <span style={{ right: percent(1 - low) }}>{formatPercentE8(lowE8)}</span>
        <span style={{ left: percent(high) }}>{formatPercentE8(highE8)}</span>
      </div>
    </li>
  );
}

function inWords({ weightE8, targetE8, lowE8, highE8, isOut }: AssetFigures, name: string): string {
  const weight = weightE8 === null ? 'of unknown weight' : `${formatPercentE8(weightE8)} of the vault`;
  const place = weightE8 === null ? '' : isOut ? ', outside its band' : ', inside its band';
  return (
    `${name}: ${weight}${place}; target ${formatPercentE8(targetE8)}, ` +
    `band from ${formatPercentE8(lowE8)} to ${formatPercentE8(highE8)}`
  );
}

/** A place on a track, or a width, as SVG and CSS have it. */
function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
