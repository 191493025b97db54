// Makes one program of the README's examples, to be checked and run as a test.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
// The tests know where the cluster is.
const program = examples.join('\n').replace("'target/localnet/localnet.json'", "inject('localnet')");
const file = fileURLToPath(new URL('../tests/cluster/readme.generated.ts', import.meta.url));
writeFileSync(file, `import { inject } from 'vitest';\n${program}`);
