import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

type Package = { dev?: boolean; license?: string; resolved?: string; integrity?: string };
type Packed = { files: { path: string }[] };

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> };
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

it('brings only packages of permissive licences to its users', () => {
  const installed = packages.filter(([, { dev }]) => !dev);
  expect(new Set(installed.map(([, { license }]) => license))).toEqual(new Set(['Apache-2.0', 'MIT']));
});

it('locks every package by its hash, from wherever it is downloaded', () => {
  expect(packages.filter(([, { integrity }]) => !integrity)).toEqual([]);
  expect(packages.filter(([, { resolved }]) => resolved)).toEqual([]);
});

it('has the licence of the project', () => {
  expect(read('LICENSE')).toBe(read('../../LICENSE'));
});

it('publishes what it builds, and nothing else', () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(listing) as [Packed];
  const files = packed.files.map(({ path }) => path);
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json']),
  );
  expect(files.filter((path) => !path.startsWith('dist/')).sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
});
