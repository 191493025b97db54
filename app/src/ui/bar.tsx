import styles from './bar.module.css';

/** The colour of the asset at this place in a vault. Sixteen assets share eight colours: never tell them by colour alone. */
export function assetColour(asset: number): string {
  return `var(--asset-${asset % 8})`;
}

/** A patch of an asset's colour, before its name. */
export function Swatch({ asset }: { asset: number }) {
  return <span className={styles.swatch} style={{ background: assetColour(asset) }} aria-hidden="true" />;
}

export type BarProps = {
  /** What it shows, in words, for screen readers. */
  label: string;
  /** Parts of one: 0 to 1 together. What is missing to 1 stays empty. */
  parts: readonly { key: string | number; part: number; colour: string }[];
};

/** Parts of a whole, side by side. */
export function Bar({ label, parts }: BarProps) {
  return (
    <div className={styles.bar} role="img" aria-label={label}>
      {parts.map(({ key, part, colour }) => (
        <span key={key} style={{ width: `${Math.max(0, part) * 100}%`, background: colour }} />
      ))}
    </div>
  );
}
