/**
 * JSON as the rules write it: JavaScript's numbers are exact to 53 bits only, so a `bigint` travels as `{"$": "123"}`.
 *
 * @module
 */

/** Writes JSON. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? { $: item.toString() } : item));
}

/** Reads JSON. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, item: unknown) => (isLarge(item) ? BigInt(item.$) : item));
}

function isLarge(item: unknown): item is { $: string } {
  return typeof item === 'object' && item !== null && '$' in item && typeof item.$ === 'string';
}
