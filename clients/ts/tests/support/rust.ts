import { OracleKind } from '../../src/generated/index.js';

/** A value that Rust showed by `Debug`: integers are bigints, and fields have this client's names. */
export type Value = bigint | boolean | string | null | Value[] | { [field: string]: Value };

/** Enumerations that Rust shows by name, and that are numbers here. */
const NUMBERED: Record<string, bigint> = {
  PythPull: BigInt(OracleKind.PythPull),
  PythPush: BigInt(OracleKind.PythPush),
};
const CONSTANTS: Record<string, Value> = { true: true, false: false, None: null, ...NUMBERED };

/** Reads what Rust's `{:?}` wrote. */
export function parseDebug(text: string): Value {
  const tokens = text.match(/-?\w+|[{}[\]():,]/g) ?? [];
  let next = 0;
  const value = read();
  if (next !== tokens.length) {
    throw new Error(`not understood from token ${next} on: ${text}`);
  }
  return value;

  function read(): Value {
    const word = take();
    if (word === '[') {
      return list(']');
    }
    if (tokens[next] === '{') {
      return struct(word);
    }
    if (tokens[next] === '(') {
      take();
      const fields = list(')');
      return word === 'Some' ? fields[0]! : { __kind: word, fields };
    }
    return /^-?\d+$/.test(word) ? BigInt(word) : (CONSTANTS[word] ?? (word in CONSTANTS ? null : word));
  }

  function struct(name: string): Value {
    const fields: Record<string, Value> = {};
    take();
    while (tokens[next] !== '}') {
      const field = take();
      take();
      fields[camelCase(field)] = read();
      skip(',');
    }
    take();
    return name === 'Wide' ? wide(fields['words'] as bigint[]) : fields;
  }

  function list(end: string): Value[] {
    const items = [];
    while (tokens[next] !== end) {
      items.push(read());
      skip(',');
    }
    take();
    return items;
  }

  function take(): string {
    return tokens[next++]!;
  }

  function skip(token: string) {
    next += tokens[next] === token ? 1 : 0;
  }
}

/** A decoded value in the same form. */
export function shown(decoded: unknown): Value {
  if (typeof decoded === 'number') {
    return BigInt(decoded);
  }
  if (decoded instanceof Uint8Array || Array.isArray(decoded)) {
    return Array.from(decoded, shown);
  }
  if (decoded !== null && typeof decoded === 'object') {
    const fields = Object.entries(decoded).filter(([field]) => field !== 'discriminator');
    return Object.fromEntries(fields.map(([field, value]) => [field, shown(value)]));
  }
  return decoded as Value;
}

function wide([low, high]: bigint[]): bigint {
  return low! + (high! << 64n);
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
