import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const client = fileURLToPath(new URL('../clients/ts/src/', import.meta.url));

export default defineConfig({
  // Relative addresses: the app can be served from any folder.
  base: './',
  plugins: [react()],
  resolve: {
    alias: [
      // From its source: nothing to build first, and what is unused drops out.
      { find: /^@ballast\/client$/, replacement: `${client}index.ts` },
      { find: /^@ballast\/client\/generated$/, replacement: `${client}generated/index.ts` },
    ],
    // The client's imports too come from the app's packages: one copy of each.
    dedupe: ['@solana/kit', '@solana-program/system', '@solana-program/token'],
  },
  build: {
    target: 'es2022',
    // The content security policy has no room for data: addresses but for images, and none for inlined scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
  },
});
