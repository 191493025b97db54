import { expect, it } from 'vitest';
import { ClusterClock } from './cluster-clock.js';

const START = 1_700_000_000n;

it('goes with the machine between looks at a cluster of real time', () => {
  const clock = heard([
    [0, START],
    [5_000, START + 5n],
    [10_000, START + 10n],
  ]);
  expect(clock.now(12_500)).toBe(START + 12n);
});

it('takes whole seconds that are late or early for real time', () => {
  const clock = heard([
    [0, START],
    [4_000, START + 5n],
    [8_000, START + 8n],
  ]);
  expect(clock.now(18_000)).toBe(START + 18n);
});

it('learns how fast a local cluster runs', () => {
  const clock = heard([
    [0, START],
    [4_000, START + 240n],
    [8_000, START + 480n],
  ]);
  expect(clock.now(9_000)).toBe(START + 540n);
});

it('does not go back where the cluster is a little behind what was expected', () => {
  const clock = heard([
    [0, START],
    [4_000, START + 240n],
  ]);
  expect(clock.now(6_500)).toBe(START + 390n);
  clock.add(6_500, START + 372n);
  expect(clock.now(6_500)).toBe(START + 390n);
  expect(clock.now(7_500)).toBeGreaterThan(START + 390n);
});

it('follows a clock that was moved ahead, and keeps its rate', () => {
  const clock = heard([
    [0, START],
    [4_000, START + 240n],
    [8_000, START + 480n + 86_400n],
  ]);
  expect(clock.now(8_000)).toBe(START + 480n + 86_400n);
  expect(clock.now(9_000)).toBe(START + 540n + 86_400n);
});

it('follows a cluster that began anew', () => {
  const clock = heard([
    [0, START],
    [4_000, START + 4n],
  ]);
  expect(clock.now(5_000)).toBe(START + 5n);
  clock.add(6_000, START - 3_600n);
  expect(clock.now(6_000)).toBe(START - 3_600n);
});

it('stands still once the cluster has not been heard for long', () => {
  const clock = heard([
    [0, START],
    [10_000, START + 10n],
  ]);
  expect(clock.now(1_000_000)).toBe(START + 30n);
});

it('stands still sooner where the cluster is fast', () => {
  const clock = heard([
    [0, START],
    [4_000, START + 240n],
  ]);
  expect(clock.isFast).toBe(true);
  expect(clock.now(1_000_000)).toBe(START + 240n + 180n);
});

it('knows nothing before the first look', () => {
  const clock = new ClusterClock();
  expect(clock.isSet).toBe(false);
  expect(clock.now(1_000)).toBe(0n);
});

function heard(samples: readonly (readonly [at: number, time: bigint])[]): ClusterClock {
  const clock = new ClusterClock();
  for (const [at, time] of samples) {
    clock.add(at, time);
  }
  return clock;
}
