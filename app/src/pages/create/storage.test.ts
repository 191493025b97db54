import { address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT } from './draft.js';
import { forget, load, NOTHING_KEPT, save, type Store } from './storage.js';

function memory(): Store & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

const SYSTEM = address('11111111111111111111111111111111');
const KEPT = {
  draft: { ...EMPTY_DRAFT, vaultId: '3', overrides: { 'limits.max_trade_bps': '300' } },
  step: 'routes' as const,
  creation: { admin: SYSTEM, toml: 'profile = "balanced"', lookupTable: SYSTEM },
};

describe('the kept draft', () => {
  it('comes back as it was, for its own cluster only', () => {
    const store = memory();
    expect(save(store, 'localnet', KEPT)).toBe(true);
    expect(load(store, 'localnet')).toMatchObject(KEPT);
    expect(load(store, 'devnet')).toEqual(NOTHING_KEPT);
  });

  it('is forgotten when asked', () => {
    const store = memory();
    save(store, 'localnet', KEPT);
    forget(store, 'localnet');
    expect(load(store, 'localnet')).toEqual(NOTHING_KEPT);
  });

  it('is none where it is broken, of another version, or of another form', () => {
    for (const text of ['{', 'null', '7', '{"version":0}', '{"version":1,"draft":{},"step":"assets"}']) {
      const store = memory();
      store.setItem('ballast.create.localnet', text);
      expect(load(store, 'localnet'), text).toEqual(NOTHING_KEPT);
    }
  });

  it('does without a storage that refuses', () => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    const store: Store = { getItem: refuse, setItem: refuse, removeItem: refuse };
    expect(load(store, 'localnet')).toEqual(NOTHING_KEPT);
    expect(save(store, 'localnet', KEPT)).toBe(false);
    forget(store, 'localnet');
  });
});
