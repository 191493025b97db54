import { expect, it } from 'vitest';
import * as ballast from '../src/index.js';
import { BALLAST_PROGRAM_ADDRESS, OracleKind } from '../src/generated/index.js';
import { fixture } from './support/fixtures.js';

type Names = Record<string, string>;
type Codes = {
  program: string;
  pullOracle: string;
  pushOracle: string;
  reasons: Names;
  reasonsOfRoutes: number[];
  triggers: Names;
  breakers: Names;
  breakersOfRoutes: number[];
  amms: Names;
  adapters: Record<string, { program: string; writable: boolean[] }>;
  tokenKinds: Names;
  tokenPrograms: string[];
  oracleKinds: Names;
  assetStatuses: Names;
  pauses: Record<string, number>;
};

const codes = fixture<Codes>('codes');

it('names reasons, triggers and breakers as the program does', () => {
  expect(names(ballast.REASONS)).toEqual(codes.reasons);
  expect(names(ballast.TRIGGERS)).toEqual(codes.triggers);
  expect(names(ballast.BREAKERS)).toEqual(codes.breakers);
});

it('knows which reasons and breakers are about the route', () => {
  expect(ofRoutes(ballast.REASONS)).toEqual(codes.reasonsOfRoutes);
  expect(ofRoutes(ballast.BREAKERS)).toEqual(codes.breakersOfRoutes);
});

it('knows the AMMs', () => {
  const adapters = ballast.AMMS.map(({ program, writable }) => ({ program, writable }));
  expect(names({ ...ballast.AMMS })).toEqual(codes.amms);
  expect({ ...adapters }).toEqual(codes.adapters);
});

it('numbers the enumerations as the program does', () => {
  expect(members(ballast.TokenKind)).toEqual(codes.tokenKinds);
  expect(members(OracleKind)).toEqual(codes.oracleKinds);
  expect(members(ballast.AssetStatus)).toEqual(codes.assetStatuses);
});

it('has the bits of the activities', () => {
  const bits = Object.entries(members(ballast.Pause)).map(([bit, name]) => [snakeCase(name), Number(bit)]);
  expect(Object.fromEntries(bits)).toEqual(codes.pauses);
});

it('has the addresses of the programs', () => {
  expect(BALLAST_PROGRAM_ADDRESS).toBe(codes.program);
  expect(ballast.TOKEN_PROGRAMS).toEqual(codes.tokenPrograms);
  expect(ballast.address.PULL_ORACLE).toBe(codes.pullOracle);
  expect(ballast.address.PUSH_ORACLE).toBe(codes.pushOracle);
});

function names(table: Record<number, { name: string }>): Names {
  return Object.fromEntries(Object.entries(table).map(([number, { name }]) => [number, name]));
}

function ofRoutes(table: Record<number, { isAboutTheRoute: boolean }>): number[] {
  return Object.keys(table)
    .map(Number)
    .filter((number) => table[number]!.isAboutTheRoute);
}

/** The numbers and names of an `enum`, which also holds its names' numbers. */
function members(numbered: Record<string, string | number>): Names {
  return Object.fromEntries(
    Object.entries(numbered).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function snakeCase(name: string): string {
  return name.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
}
