import styles from './skeleton.module.css';

export type SkeletonProps = {
  /** Any CSS length; the width of what will stand here. */
  width?: string;
  /** One line of the surrounding text by default. */
  height?: string;
};

/** Holds the place of what is still loading, in its size, so that nothing moves when it comes. */
export function Skeleton({ width = '100%', height = '1em' }: SkeletonProps) {
  return <span className={styles.skeleton} style={{ width, height }} aria-hidden="true" />;
}

/** Says that something is loading, to those who do not see the skeletons. */
export function Loading({ what }: { what: string }) {
  return (
    <span className="visually-hidden" role="status">
      Loading {what}
    </span>
  );
}
