// A local cluster for the tests: the one whose manifest BALLAST_LOCALNET names, or one of their own.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

/** Longer than a cluster takes to start on a busy machine. */
const PATIENCE_MS = 180_000;

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster's manifest file. */
    localnet: string;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await import('../../scripts/readme.mjs' as string);
  const manifest = process.env['BALLAST_LOCALNET'];
  if (manifest) {
    project.provide('localnet', manifest);
    return undefined;
  }
  const binary = process.env['BALLAST_LOCALNET_BINARY'];
  if (!binary) {
    throw new Error(
      'no cluster to test against: set BALLAST_LOCALNET to the localnet.json of a running one, or BALLAST_LOCALNET_BINARY to ' +
        'ballast-localnet, or run `cargo xtask test`, which does',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'ballast-ts-'));
  const cluster = await start(binary, folder);
  project.provide('localnet', join(folder, 'localnet.json'));
  return async () => {
    cluster.kill('SIGTERM');
    await once(cluster, 'exit');
    rmSync(folder, { recursive: true });
  };
}

async function start(binary: string, folder: string): Promise<ChildProcess> {
  const [port, wsPort] = await freePorts(2);
  const args = ['--port', `${port}`, '--ws-port', `${wsPort}`, '--state', folder];
  const cluster = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const until = Date.now() + PATIENCE_MS;
  while (!existsSync(join(folder, 'localnet.json'))) {
    if (cluster.exitCode !== null || Date.now() > until) {
      cluster.kill('SIGTERM');
      throw new Error(`${binary} did not start a cluster; its message is above`);
    }
    await sleep(200);
  }
  return cluster;
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function listen() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
