import { expect, it } from 'vitest';
import { formatDate, formatDuration, formatFromNow, formatTime } from './time.js';

it.each([
  [0n, '0 s'],
  [45, '45 s'],
  [60n, '1 min'],
  [61n, '1 min 1 s'],
  [10_800n, '3 h'],
  [10_859n, '3 h'],
  [187_200n, '2 d 4 h'],
  [-90n, '1 min 30 s'],
])('formatDuration(%s) is %s', (secs, text) => {
  expect(formatDuration(secs)).toBe(text);
});

it('says how far a time is from now', () => {
  expect(formatFromNow(100n, 100n)).toBe('now');
  expect(formatFromNow(40n, 100n)).toBe('1 min ago');
  expect(formatFromNow(100n, 40n)).toBe('in 1 min');
});

it('writes dates and times in a zone', () => {
  expect(formatTime(1_648_777_344n, 'UTC')).toBe('1 Apr 2022, 01:42');
  expect(formatDate(1_648_777_344n, 'America/New_York')).toBe('31 Mar 2022');
});

it('writes what no calendar reaches as it is', () => {
  expect(formatTime(2n ** 63n - 1n, 'UTC')).toBe('second 9223372036854775807');
});
