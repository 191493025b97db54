/**
 * Every parameter of a vault, by the core's names, in the tables that vault files have.
 *
 * @module
 */

import type { Configuration, Parameter } from '../../../rules/types.js';
import { unitOf, type Unit } from './unit.js';

/** A parameter that is a place in the basket: the last one unless a vault file names another. */
export const SAFE_ASSET = 'movement.safe_asset';

/** A parameter and its value. */
export type ParameterValue = {
  /** Table and name, as in a vault file: `limits.max_trade_bps`. */
  path: string;
  /** The core's name: `max_trade_bps`. */
  name: string;
  unit: Unit;
  /** The core's whole number. */
  value: bigint;
};

/** The parameters of one table. */
export type ParameterGroup = {
  /** The table's name in a vault file: `limits`. */
  table: string;
  parameters: ParameterValue[];
};

/** The parameters of a configuration by their tables: what limits, what stops, then the parts of the strategy. */
export function parameterGroups(configuration: Configuration): ParameterGroup[] {
  const { limits, breakers, stress, strategy } = configuration;
  const groups = Object.entries({ limits, breakers, stress, ...strategy }).map(([table, fields]) => ({
    table,
    parameters: Object.entries(fields).flatMap(([name, value]) => parameter(table, name, value)),
  }));
  return groups.filter(({ parameters }) => parameters.length > 0);
}

/** A profile's parameters for a basket of so many assets, the last of which is the safe one. */
export function profileGroups(profile: Configuration, assetCount: number): ParameterGroup[] {
  const last = BigInt(Math.max(0, assetCount - 1));
  return parameterGroups(profile).map(({ table, parameters }) => ({
    table,
    parameters: parameters.map((one) => (one.path === SAFE_ASSET ? { ...one, value: last } : one)),
  }));
}

/** Every parameter's value by its path. */
export function parameterValues(configuration: Configuration): Map<string, bigint> {
  const all = parameterGroups(configuration).flatMap(({ parameters }) => parameters);
  return new Map(all.map(({ path, value }) => [path, value]));
}

/** The groups with only those parameters whose path or words have every word of the search; all for an empty one. */
export function searchGroups(
  groups: readonly ParameterGroup[],
  search: string,
  wordsOf: (parameter: ParameterValue) => string,
): ParameterGroup[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (parameter: ParameterValue) => {
    const text = `${parameter.path} ${parameter.path.replaceAll('_', ' ')} ${wordsOf(parameter)}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const found = groups.map(({ table, parameters }) => ({ table, parameters: parameters.filter(isFound) }));
  return found.filter(({ parameters }) => parameters.length > 0);
}

/** A name for people: `volatility_band` is `Volatility band`. */
export function title(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name for people of a parameter, without its unit, which its value shows. */
export function parameterTitle(name: string): string {
  return title(name.replace(/_bps_per_day$/, '_per_day').replace(/_(bps|secs|usd|lamports|e2)$/, ''));
}

/** Lists, such as that of the shocks, are no parameters to enter a number for. */
function parameter(table: string, name: string, value: Parameter): ParameterValue[] {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    return [];
  }
  return [{ path: `${table}.${name}`, name, unit: unitOf(name), value: BigInt(value) }];
}
