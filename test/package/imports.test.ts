import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Files that are a subpath of the package: nothing but a list of what other files export. */
const ENTRIES = ['index', 'services', 'client', 'server', 'jobs', 'lint', 'testing', 'xml', 'cli'];
/** The first row of the table: files beside the entries that every folder may know. */
const GROUND = [
  'define-unprinted',
  'errors',
  'expect-argument',
  'expect-options',
  'fault',
  'limits',
  'name-hint',
  'reading',
  'tolerances',
];
/** The other rows, from the top: a folder imports from itself and from the rows above its own, never from its neighbours. */
const ROWS = [
  ['bytes'],
  ['mime'],
  ['http'],
  ['odata'],
  ['batch'],
  ['formats/multipart', 'formats/json'],
  ['formats'],
  ['services', 'xml'],
  ['transport'],
  ['client', 'server', 'jobs'],
  ['lint', 'testing', 'cli'],
];
/** What a folder must not know although it stands above it. */
const KNOWS_NOTHING_OF: Readonly<Record<string, readonly string[]>> = {
  odata: ['bytes', 'mime', 'http'],
  xml: ['formats', 'formats/multipart', 'formats/json'],
  transport: ['batch', 'formats', 'formats/multipart', 'formats/json'],
};
/** What `.` consists of. */
const CODEC = [
  ...GROUND,
  'bytes',
  'mime',
  'http',
  'odata',
  'batch',
  'formats/multipart',
  'formats/json',
  'formats',
];

/** Files that hold several small functions and are named after their subject; all others have the name of an export. */
const NAMED_AFTER_SUBJECT = [
  'batch/outcome',
  'bytes/ascii',
  'bytes/position',
  'http/message-head',
  'http/start-line',
  'mime/header-field',
];

interface SourceFile {
  /** Path under `src`, without extension. */
  readonly name: string;
  /** Its folder; for a file at the top its own name, since each of them is known or not known by itself. */
  readonly layer: string;
  /** Paths under `src`, without extension; every form of import counts, types and `import('…')` included. */
  readonly imports: readonly string[];
  /** Specifiers that are not relative: packages and `node:` modules. */
  readonly packages: readonly string[];
  readonly exports: readonly string[];
  readonly syntax: ts.SourceFile;
}

function readSource(path: string): SourceFile {
  const text = readFileSync(`${SRC}/${path}`, 'utf8');
  const name = path.replace(/\.ts$/, '');
  const folder = posix.dirname(name);
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return {
    name,
    layer: folder === '.' ? name : folder,
    imports: specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(folder, specifier).replace(/\.ts$/, '')),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
    exports: syntax.statements.flatMap(exportedNames),
    syntax,
  };
}

function exportedNames(statement: ts.Statement): string[] {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  return [(statement as ts.DeclarationStatement).name?.getText() ?? 'default'];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map(readSource);
const byName = new Map(files.map((file) => [file.name, file]));
const entries = files.filter(({ name }) => ENTRIES.includes(name));
const inner = files.filter(({ name }) => !ENTRIES.includes(name));

/** From 0 at the top; NaN, which is neither above nor below anything, where the table does not have it. */
function rowOf(layer: string): number {
  if (GROUND.includes(layer)) return 0;
  const row = ROWS.findIndex((layers) => layers.includes(layer));
  return row === -1 ? Number.NaN : row + 1;
}

function mayImport(importer: string, imported: string): boolean {
  if (KNOWS_NOTHING_OF[importer]?.includes(imported)) return false;
  const isGround = GROUND.includes(importer) && GROUND.includes(imported);
  return importer === imported || isGround || rowOf(imported) < rowOf(importer);
}

/** A file and all that it imports, directly or not. */
function closureOf(start: string): ReadonlySet<string> {
  const found = new Set([start]);
  for (const name of found) for (const imported of byName.get(name)?.imports ?? []) found.add(imported);
  return found;
}

/** `HeaderList`, `headerList`, `VERSION_RULES`: words in lower case, in the singular. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_]/)
    .map((word) => word.replace(/s$/, ''));
}

describe('layers', () => {
  it('are all in the table', () => {
    const unknown = inner.filter(({ layer }) => Number.isNaN(rowOf(layer)));
    expect(unknown.map(({ name }) => name)).toEqual([]);
    expect(inner.filter(({ name }) => !name.includes('/')).map(({ name }) => name)).toEqual(GROUND);
  });

  it('import from themselves and from rows above', () => {
    const wrong = inner.flatMap(({ name, layer, imports }) =>
      imports
        .filter((imported) => !mayImport(layer, byName.get(imported)?.layer ?? imported))
        .map((imported) => `${name} imports ${imported}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['bytes', 'mime'],
    ['mime', 'http'],
    ['odata', 'bytes'],
    ['batch', 'formats/multipart'],
    ['formats/multipart', 'formats/json'],
    ['formats/json', 'formats/multipart'],
    ['formats/multipart', 'formats'],
    ['formats', 'services'],
    ['xml', 'formats'],
    ['client', 'server'],
    ['errors', 'bytes'],
    ['batch', 'index'],
  ])('are told apart by this test: %s does not import %s', (importer, imported) => {
    expect(mayImport(importer, imported)).toBe(false);
  });

  it('have no cycles, not even of types', () => {
    const onCycle = files.filter(({ name, imports }) => imports.some((next) => closureOf(next).has(name)));
    expect(onCycle.map(({ name }) => name)).toEqual([]);
  });
});

describe('entry files', () => {
  it('only re-export, name by name', () => {
    const other = entries.flatMap(({ name, syntax }) =>
      syntax.statements
        .filter(
          (statement) =>
            !ts.isExportDeclaration(statement) ||
            statement.moduleSpecifier === undefined ||
            statement.exportClause === undefined ||
            !ts.isNamedExports(statement.exportClause),
        )
        .map((statement) => `${name}: ${statement.getText()}`),
    );
    expect(other).toEqual([]);
  });

  it('are imported by no file', () => {
    const importers = files.filter(({ imports }) => imports.some((imported) => ENTRIES.includes(imported)));
    expect(importers.map(({ name }) => name)).toEqual([]);
  });

  it('reach every file', () => {
    const reached = new Set(entries.flatMap(({ name }) => [...closureOf(name)]));
    expect(files.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
  });

  it('pull in the codec and nothing else, where the entry is "."', () => {
    const reached = [...closureOf('index')]
      .filter((name) => name !== 'index')
      .map((name) => byName.get(name));
    expect(reached.filter((file) => file === undefined || !CODEC.includes(file.layer))).toEqual([]);
    expect(reached.flatMap((file) => file?.packages ?? [])).toEqual([]);
  });

  it('load the XML parser where the entry is "./xml", and nowhere else', () => {
    const loads = (name: string) =>
      [...closureOf(name)].flatMap((reached) => byName.get(reached)?.packages ?? []);
    expect(loads('xml')).toEqual(['@rgrove/parse-xml']);
    const others = entries.filter(({ name }) => name !== 'xml');
    expect(others.filter(({ name }) => loads(name).includes('@rgrove/parse-xml'))).toEqual([]);
  });

  it('load zod where the entry is "./services"', () => {
    const loaded = [...closureOf('services')].flatMap((reached) => byName.get(reached)?.packages ?? []);
    expect([...new Set(loaded)].sort()).toEqual(['zod/locales', 'zod/mini']);
  });

  it('load zod where the entry is "./jobs"', () => {
    const loaded = [...closureOf('jobs')].flatMap((reached) => byName.get(reached)?.packages ?? []);
    expect([...new Set(loaded)].sort()).toEqual(['zod/mini']);
  });
});

describe('imports', () => {
  it('name files that exist, with their extension', () => {
    const missing = files.flatMap(({ name, imports }) =>
      imports.filter((imported) => !byName.has(imported)).map((imported) => `${name} imports ${imported}`),
    );
    expect(missing).toEqual([]);
    const specifiers = files.flatMap(({ syntax }) =>
      ts.preProcessFile(syntax.text, true, true).importedFiles.map(({ fileName }) => fileName),
    );
    expect(specifiers.filter((specifier) => /^\./.test(specifier) && !specifier.endsWith('.ts'))).toEqual([]);
  });

  it('are the dependencies of the package, no more and no fewer', () => {
    const manifest = JSON.parse(readFileSync(`${SRC}/../package.json`, 'utf8'));
    const declared = [
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ];
    const imported = files
      .flatMap(({ packages }) => packages)
      .filter((specifier) => !specifier.startsWith('node:'))
      .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0]);
    expect([...new Set(imported)].sort()).toEqual(declared.sort());
  });
});

describe('file names', () => {
  it('are in kebab case and say what a file is about', () => {
    for (const { name } of files) expect(name).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*$/);
    const vague = files.filter(({ name }) => /\b(utils?|helpers?|common|managers?|shared|misc)\b/.test(name));
    expect(vague.map(({ name }) => name)).toEqual([]);
  });

  it('are the name of an export, or the part of it that its folder does not say', () => {
    const others = inner.filter(({ name, exports }) => {
      const own = wordsOf(posix.basename(name));
      return !exports.some((exported) => own.every((word) => wordsOf(exported).includes(word)));
    });
    expect(others.map(({ name }) => name)).toEqual(NAMED_AFTER_SUBJECT);
  });
});
