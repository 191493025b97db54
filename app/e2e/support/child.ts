// Processes that tests start, and their ends.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than anything takes to start on a busy machine. */
const PATIENCE_MS = 180_000;
const POLL_MS = 50;

/** A running program whose output goes to a file. */
export class Child {
  private constructor(
    private readonly process: ChildProcess,
    private readonly name: string,
    private readonly log: string,
  ) {}

  static start(program: string, args: readonly string[], log: string, env: NodeJS.ProcessEnv = {}): Child {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const file = createWriteStream(log, { flags: 'a' });
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    child.on('error', (error) => file.write(`${error.message}\n`));
    return new Child(child, program, log);
  }

  /** Waits until `isReady`. Fails where the program ends before. */
  async until(isReady: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await isReady())) {
      if (this.process.exitCode !== null || this.process.pid === undefined) {
        throw new Error(`${this.name} ended; ${this.log} has its output`);
      }
      if (Date.now() > end) {
        throw new Error(`${this.name} was not ready in time; ${this.log} has its output`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Ends it, and waits until it has. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.pid === undefined) {
      return;
    }
    const exit = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exit;
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
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
