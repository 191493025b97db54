import { Signal } from './signal.js';

/** Somebody who comes back soon finds what was there. */
const GRACE_MS = 5_000;

/** A value that is kept up to date while somebody watches it. */
export class Live<T> {
  readonly #signal: Signal<T>;
  #watchers = 0;
  #end: (() => void) | undefined;

  /** @param begin keeps the value up to date by `set`, until the function that it returns is called. */
  constructor(
    initial: T,
    private readonly begin: (set: (value: T) => void) => () => void,
  ) {
    this.#signal = new Signal(initial);
  }

  readonly get = (): T => this.#signal.get();

  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#watchers += 1;
    this.#end ??= this.begin((value) => this.#signal.set(value));
    const unsubscribe = this.#signal.subscribe(listener);
    return () => {
      unsubscribe();
      this.#watchers -= 1;
      setTimeout(() => this.#endIfUnwatched(), GRACE_MS);
    };
  };

  #endIfUnwatched(): void {
    if (this.#watchers === 0) {
      this.#end?.();
      this.#end = undefined;
    }
  }
}
