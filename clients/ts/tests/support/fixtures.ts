import { readFileSync } from 'node:fs';

/** A value as the Rust client has it: the account's or return data's bytes, and what they mean. */
export type Sample = { data: string; debug: string };

/** What the Rust client wrote for these tests; see `client/tests/typescript`. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** The bytes of a base64 text. */
export function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
