import { expect, it } from 'vitest';
import { Gate } from './gate.js';

it('lets only so many through at a time, all in the end, and goes on after failures', async () => {
  const gate = new Gate(3);
  let [inside, most, done] = [0, 0, 0];
  const task = (index: number) => async () => {
    inside += 1;
    most = Math.max(most, inside);
    await Promise.resolve();
    inside -= 1;
    done += 1;
    if (index % 4 === 0) {
      throw new Error('failed');
    }
    return index;
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => gate.run(task(index))));
  expect(most).toBe(3);
  expect(done).toBe(20);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5);
});
