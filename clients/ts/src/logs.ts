/**
 * A transaction's log, line by line, with the program that wrote each line.
 *
 * Programs cannot write lines of the runtime's own kind: theirs begin with `Program log:` or `Program data:`.
 *
 * @module
 */

import type { Address } from '@solana/kit';

/** Something that a program wrote: a text, or bytes in base64. */
export type Written = { program: Address; kind: 'log' | 'data'; content: string };

/** What programs wrote, each line with the program that was running. */
export function written(logs: readonly string[]): Written[] {
  const running: Address[] = [];
  const found: Written[] = [];
  for (const line of logs) {
    const invoked = programOf(line, 'invoke [');
    const program = running.at(-1);
    const [, kind, content] = /^Program (log|data): (.*)$/s.exec(line) ?? [];
    if (invoked !== undefined) {
      running.push(invoked);
    } else if (programOf(line, 'success') ?? programOf(line, 'failed')) {
      running.pop();
    } else if (program !== undefined && content !== undefined) {
      found.push({ program, kind: kind as Written['kind'], content });
    }
  }
  return found;
}

/** The program that failed first: the innermost one, whose error the others pass on. */
export function failedProgram(logs: readonly string[]): Address | undefined {
  return logs.map((line) => programOf(line, 'failed')).find((program) => program !== undefined);
}

/** What a program returned last, in base64. Nodes tell only what the transaction's last instruction returned. */
export function returned(logs: readonly string[], program: Address): string | undefined {
  const start = `Program return: ${program} `;
  return logs.findLast((line) => line.startsWith(start))?.slice(start.length);
}

/** The program that a line of the runtime's is about, where this follows its address. */
function programOf(line: string, what: string): Address | undefined {
  const [, program, rest] = /^Program ([1-9A-HJ-NP-Za-km-z]{32,44}) (.*)$/s.exec(line) ?? [];
  return rest?.startsWith(what) ? (program as Address) : undefined;
}
