import { address } from '@solana/kit';
import { expect, it } from 'vitest';
import { failedProgram, returned, written } from '../src/logs.js';

const OUTER = address('Ba11astVau1tRebaLancesToTargetWeightsoooooo');
const INNER = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');

it('gives each line to the innermost running program', () => {
  const forged = `Program ${OUTER} invoke [3]`;
  const logs = [
    `Program ${OUTER} invoke [1]`,
    'Program log: a',
    `Program ${INNER} invoke [2]`,
    'Program data: Yg==',
    // Nobody can pretend to be another program.
    `Program log: ${forged}`,
    `Program ${INNER} consumed 5 of 10 compute units`,
    `Program ${INNER} success`,
    'Program log: d',
    `Program ${OUTER} failed: custom program error: 0x1`,
    'Program log: outside',
  ];
  expect(written(logs)).toEqual([
    { program: OUTER, kind: 'log', content: 'a' },
    { program: INNER, kind: 'data', content: 'Yg==' },
    { program: INNER, kind: 'log', content: forged },
    { program: OUTER, kind: 'log', content: 'd' },
  ]);
});

it('finds the program that failed first, and not what a program claims', () => {
  const logs = [
    `Program ${OUTER} invoke [1]`,
    `Program log: Program ${OUTER} failed: no`,
    `Program ${INNER} invoke [2]`,
    `Program ${INNER} failed: custom program error: 0x1`,
    `Program ${OUTER} failed: custom program error: 0x1`,
  ];
  expect(failedProgram(logs)).toBe(INNER);
  expect(failedProgram(logs.slice(0, 3))).toBeUndefined();
});

it('finds what a program returned last', () => {
  const logs = [`Program return: ${OUTER} AQ==`, `Program return: ${INNER} Ag==`, `Program return: ${OUTER} Aw==`];
  expect(returned([...logs, `Program log: Program return: ${OUTER} BA==`], OUTER)).toBe('Aw==');
  expect(returned([], OUTER)).toBeUndefined();
});
