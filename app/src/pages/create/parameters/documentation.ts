/**
 * What each parameter means, in the core's own words: the program's interface description carries them.
 *
 * @module
 */

import idlUrl from '../../../../../idl/ballast.json?url';

/** What a table and each of its parameters mean, by path: `gate` and `gate.horizon_secs`. */
export type Documentation = ReadonlyMap<string, string>;

type Idl = { types: IdlType[] };
type IdlType = { name: string; docs?: string[]; type: { fields?: IdlField[] | string[] } };
type IdlField = { name: string; docs?: string[]; type: string | { defined?: { name: string } } };

/** Tables of a vault file, by the type that the interface description has for them. */
const TABLES: Readonly<Record<string, string>> = { Limits: 'limits', Breakers: 'breakers', Stress: 'stress' };
const STRATEGY = 'Strategy';

/** Reads the program's interface description. */
export async function loadDocumentation(): Promise<Documentation> {
  const response = await fetch(idlUrl);
  if (!response.ok) {
    throw new Error(`the parameters' descriptions cannot be loaded (${response.status}); reload the page`);
  }
  return documentation((await response.json()) as Idl);
}

/** What an interface description says of each parameter. */
export function documentation({ types }: Idl): Documentation {
  const named = new Map(types.map((type) => [type.name, type]));
  const tables: [path: string, words: string][][] = [
    ...Object.entries(TABLES).map(([name, table]) => entries(table, named.get(name), named.get(name)?.docs)),
    ...fields(named.get(STRATEGY)).map(({ name, type, docs }) => {
      const part = typeof type === 'string' ? undefined : type.defined?.name;
      return entries(name, named.get(part ?? ''), docs);
    }),
  ];
  return new Map(tables.flat());
}

function entries(table: string, type: IdlType | undefined, docs: string[] | undefined): [string, string][] {
  const own = fields(type).map((field): [string, string] => [`${table}.${field.name}`, words(field.docs)]);
  return [[table, words(docs)], ...own];
}

function fields(type: IdlType | undefined): IdlField[] {
  const isNamed = (field: IdlField | string): field is IdlField => typeof field !== 'string';
  return ((type?.type.fields ?? []) as (IdlField | string)[]).filter(isNamed);
}

/** The documentation is written for programmers: code marks go, and so do the units of the core, since fields have people's. */
function words(docs: string[] = []): string {
  return docs
    .join(' ')
    .replaceAll('`', '')
    .replace('in hundredths of a standard deviation', 'in standard deviations')
    .replaceAll(/, in (?:micro-dollars|lamports|hundredths),?/g, '');
}
