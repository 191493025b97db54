import { defineConfig } from 'vitest/config';

/** Most that a transaction takes on a local cluster, which confirms it within a second or so, many times over. */
const CLUSTER_TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/*.test.ts'] } },
      {
        test: {
          name: 'cluster',
          include: ['tests/cluster/*.test.ts'],
          globalSetup: 'tests/cluster/setup.ts',
          // All of them act on one vault.
          fileParallelism: false,
          testTimeout: CLUSTER_TIMEOUT_MS,
          hookTimeout: CLUSTER_TIMEOUT_MS,
        },
      },
    ],
  },
});
