// Writes the generated part of the client, from the program's IDL and the Rust client's words for failures:
// `node scripts/generate.mjs [folder]`, by default src/generated.

import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderVisitor } from '@codama/renderers-js';
import { format } from 'prettier';
import { explanationsModule } from './explanations.mjs';
import { readProgram } from './program.mjs';
import { errorsModule, eventsModule, programsModule } from './tables.mjs';

const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { prettier: style } = read('package.json');
const idl = read('../../idl/ballast.json');
const failures = read('tests/fixtures/failures.json');

await generate(resolve(process.argv[2] ?? join(packageFolder, 'src/generated')));

async function generate(folder) {
  const codama = readProgram(idl);
  const options = {
    generatedFolder: '.',
    kitImportStrategy: 'rootOnly',
    syncPackageJson: false,
    formatCode: false,
    // By default `AssetArgs` would be both the program's own type and what `Asset` is encoded from.
    nameTransformers: { dataArgsType: (name, { pascalCase }) => `${pascalCase(name)}Input` },
  };
  await codama.accept(renderVisitor(folder, options));
  const { program } = codama.getRoot();
  // The renderer's own errors read `process`, which browsers lack, and say nothing in production.
  replaceFolder(folder, 'errors', errorsModule(program.errors));
  // Its program comes as a plugin of Kit whose instructions lack the accounts that the IDL does not name.
  replaceFolder(folder, 'programs', programsModule(program.publicKey));
  writeFileSync(join(folder, 'explanations.ts'), explanationsModule(failures, program.publicKey));
  writeFileSync(join(folder, 'events.ts'), eventsModule(program.events));
  const index = join(folder, 'index.ts');
  writeFileSync(index, `${readFileSync(index, 'utf8')}export * from './events';\nexport * from './explanations';\n`);
  for (const file of sourceFiles(folder)) {
    const code = withFileExtensions(file, readFileSync(file, 'utf8'));
    writeFileSync(file, await format(code, { ...style, parser: 'typescript' }));
  }
}

function replaceFolder(folder, name, module) {
  rmSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, `${name}.ts`), module);
}

function read(file) {
  return JSON.parse(readFileSync(join(packageFolder, file), 'utf8'));
}

function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** Imports as Node's own loader reads them: it completes no file names. */
function withFileExtensions(file, code) {
  return code.replace(/ from ['"](\.[^'"]*)['"]/g, (_, target) => {
    const path = resolve(dirname(file), target);
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
    // The folder of `.` is an import of the importing file's own index.
    return ` from '${target}${isFolder ? '/index.js' : '.js'}'`;
  });
}
