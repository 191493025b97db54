/**
 * The largest amount that the rules let through, found by asking them.
 *
 * @module
 */

/**
 * The largest whole number from 1 to `most` that `fits`, given that what fits fits with every smaller number too; 0 where none does.
 * Asks once for each binary digit of `most`.
 */
export function largest(most: bigint, fits: (amount: bigint) => boolean): bigint {
  let [fitting, failing] = [0n, most + 1n];
  while (failing - fitting > 1n) {
    const middle = (fitting + failing) / 2n;
    if (fits(middle)) {
      fitting = middle;
    } else {
      failing = middle;
    }
  }
  return fitting;
}
