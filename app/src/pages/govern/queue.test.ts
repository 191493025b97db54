import type { Address } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { changeStatus, isApplicable, isVoid, voidedByTightening, type Queued, type QueueOwner } from './queue.js';

const ADMIN = 'admin' as Address;
const OTHER = 'other' as Address;
const DAY = 86_400n;
const ETA = 10n * DAY;
const EXPIRY = ETA + 7n * DAY;
const VAULT: QueueOwner = { admin: ADMIN, totalShares: 1n, tightenedSequence: 5n };
const LIMITS: Queued = { admin: ADMIN, sequence: 6n, eta: ETA, expiresAt: EXPIRY, change: { __kind: 'Limits' } };

describe('the status of a queued change', () => {
  it('goes from waiting to ready, expiring and expired', () => {
    const at = (now: bigint) => changeStatus(LIMITS, VAULT, now);
    expect(at(ETA - 1n)).toEqual({ kind: 'waiting', until: ETA });
    expect(at(ETA)).toEqual({ kind: 'ready', until: EXPIRY });
    expect(at(EXPIRY - DAY - 1n)).toEqual({ kind: 'ready', until: EXPIRY });
    expect(at(EXPIRY - DAY)).toEqual({ kind: 'expiring', until: EXPIRY });
    expect(at(EXPIRY)).toEqual({ kind: 'expiring', until: EXPIRY });
    expect(at(EXPIRY + 1n)).toEqual({ kind: 'expired', since: EXPIRY });
  });

  it('calls only the last quarter of a short window its end', () => {
    const short = { ...LIMITS, expiresAt: ETA + DAY };
    expect(changeStatus(short, VAULT, ETA).kind).toBe('ready');
    expect(changeStatus(short, VAULT, ETA + (DAY * 3n) / 4n).kind).toBe('expiring');
  });

  it('is void before its time where it was queued before a tightening, or by another admin', () => {
    const queued = { ...LIMITS, sequence: 4n };
    expect(changeStatus(queued, VAULT, 0n).kind).toBe('outdated');
    expect(changeStatus({ ...queued, sequence: 5n }, VAULT, 0n).kind).toBe('waiting');
    expect(changeStatus({ ...queued, change: { __kind: 'Guardian' } }, VAULT, ETA).kind).toBe('ready');
    expect(changeStatus(LIMITS, { ...VAULT, admin: OTHER }, ETA).kind).toBe('foreign');
  });

  it('needs no waiting in an empty vault, and expires there too', () => {
    const empty = { ...VAULT, totalShares: 0n };
    expect(changeStatus(LIMITS, empty, 0n).kind).toBe('ready');
    expect(changeStatus(LIMITS, empty, EXPIRY + 1n).kind).toBe('expired');
  });

  it('says whether it can be applied, now or ever', () => {
    const kinds = [0n, ETA, EXPIRY, EXPIRY + 1n].map((now) => changeStatus(LIMITS, VAULT, now));
    expect(kinds.map(isApplicable)).toEqual([false, true, true, false]);
    expect(kinds.map(isVoid)).toEqual([false, false, false, true]);
  });
});

describe('a tightening', () => {
  it('voids all that is not void yet, but the guardian’s replacement', () => {
    const outdated = { ...LIMITS, sequence: 4n };
    const guardian: Queued = { ...LIMITS, change: { __kind: 'Guardian' } };
    expect(voidedByTightening([outdated, LIMITS, guardian], VAULT, ETA - 1n)).toEqual([LIMITS]);
    expect(voidedByTightening([LIMITS], VAULT, EXPIRY + 1n)).toEqual([]);
  });
});
