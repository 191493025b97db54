/**
 * The cluster's time between two looks at it. Local clusters may run many times as fast as the machine's clock, and be moved ahead.
 *
 * @module
 */

/** The cluster's time when it was asked for. */
type Sample = {
  /** By this machine's monotonic clock, in milliseconds. */
  at: number;
  /** Unix time in seconds. */
  time: bigint;
};

/** How far back to look for the rate. */
const WINDOW_MS = 20_000;
/** Too short to tell a rate by. */
const LEAST_MS = 2_000;
/** How many seconds of the machine's clock a sample may be off what was expected; beyond that the clock has been moved. */
const TOLERANCE_SECS = 8;
/** Real clusters keep real time, and tell it in whole seconds. */
const REAL_TIME = { from: 0.75, to: 1.25 };
/** How long to go on without hearing anything. Fast clusters stumble, and are far off soon. */
const PATIENCE_MS = 20_000;
const PATIENCE_IF_FAST_MS = 3_000;

export class ClusterClock {
  #samples: Sample[] = [];
  #rate = 1;
  #shown = 0n;

  /** Whether the cluster has told its time yet. */
  get isSet(): boolean {
    return this.#samples.length > 0;
  }

  /** Whether it runs faster than real time, as local clusters may. */
  get isFast(): boolean {
    return this.#rate > REAL_TIME.to;
  }

  /** Takes the cluster's time. */
  add(at: number, time: bigint): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && this.#isMoved(last, at, time)) {
      this.#samples = [];
      this.#shown = time;
    }
    this.#samples = [...this.#samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, time }];
    this.#rate = this.#measured() ?? this.#rate;
  }

  /** The cluster's time, Unix time in seconds. It goes back only where the cluster's does. */
  now(at: number): bigint {
    const last = this.#samples.at(-1);
    if (last === undefined) {
      return 0n;
    }
    const elapsed = Math.min(Math.max(at - last.at, 0), this.isFast ? PATIENCE_IF_FAST_MS : PATIENCE_MS);
    const time = last.time + BigInt(Math.floor((elapsed * this.#rate) / 1_000));
    this.#shown = time > this.#shown ? time : this.#shown;
    return this.#shown;
  }

  #isMoved(last: Sample, at: number, time: bigint): boolean {
    const expected = Number(last.time) + ((at - last.at) * this.#rate) / 1_000;
    const tolerance = TOLERANCE_SECS * Math.max(this.#rate, 1);
    // Before the rate is known, nothing can be expected but that it does not go back.
    const isKnown = this.#measured() !== undefined;
    return (
      time < last.time - BigInt(Math.ceil(tolerance)) || (isKnown && Math.abs(Number(time) - expected) > tolerance)
    );
  }

  /** Seconds of the cluster to one of the machine. */
  #measured(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) {
      return undefined;
    }
    const rate = (Number(last.time - first.time) * 1_000) / (last.at - first.at);
    return rate > REAL_TIME.from && rate < REAL_TIME.to ? 1 : Math.max(rate, 0);
  }
}
