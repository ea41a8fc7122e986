import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import tsup from '../../tsup.config.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const manifest = readJson('package.json');

function readJson(path: string) {
  return JSON.parse(readFileSync(`${ROOT}${path}`, 'utf8'));
}

/** Entry files by their subpath: `.` is index. */
const entries = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => [subpath, subpath === '.' ? 'index' : subpath.slice(2)] as const);

describe('package.json', () => {
  it('runs on Node 20 and later, as ESM first, without side effects', () => {
    expect(manifest).toMatchObject({ engines: { node: '>=20' }, type: 'module', sideEffects: false });
  });

  it('publishes what is built and what source maps point to', () => {
    expect(manifest.files).toEqual(['dist', 'src']);
    expect(manifest.private).toBeUndefined();
    expect(existsSync(`${ROOT}LICENSE`)).toBe(true);
  });

  it.each(entries)('exports %s to ESM and CJS, each with types of its own', (subpath, name) => {
    // The order counts: the first condition that matches is taken, and types must come before code.
    expect(JSON.stringify(manifest.exports[subpath])).toBe(
      JSON.stringify({
        import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
        require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
      }),
    );
  });

  it('says the same to tools that do not read exports', () => {
    const { main, module, types } = manifest;
    expect({ main, module, types }).toEqual({
      main: './dist/index.cjs',
      module: './dist/index.js',
      types: './dist/index.d.cts',
    });
    // Compilers of the resolution "node10" find the types of subpaths so; the code is found by Node itself.
    const subpaths = entries.filter(([subpath]) => subpath !== '.').map(([, name]) => name);
    expect(manifest.typesVersions).toEqual({
      '*': Object.fromEntries(subpaths.map((name) => [name, [`./dist/${name}.d.cts`]])),
    });
    expect(manifest.exports['./package.json']).toBe('./package.json');
  });

  it('builds every entry file and no other', () => {
    const built = entries.map(([, name]) => `src/${name}.ts`);
    expect(tsup).toMatchObject({
      entry: built,
      format: ['esm', 'cjs'],
      target: 'es2022',
      platform: 'neutral',
      dts: true,
      sourcemap: true,
    });
    for (const path of built) expect(existsSync(`${ROOT}${path}`)).toBe(true);
  });

  it('runs nothing on the machine of whoever installs it', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
    expect(manifest.bundledDependencies ?? manifest.bundleDependencies).toBeUndefined();
  });
});

describe('lock files', () => {
  const SKIPPED = new Set(['node_modules', 'dist', '.git']);

  function lockFiles(folder = ''): string[] {
    return readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : lockFiles(`${path}/`);
      return entry.name === 'package-lock.json' ? [path] : [];
    });
  }

  it('are there', () => {
    expect(lockFiles()).toContain('package-lock.json');
  });

  it.each(lockFiles())('%s holds what npm ci needs and no address of a registry', (path) => {
    const lock = readJson(path);
    const { name, version, dependencies, devDependencies } = readJson(
      path.replace('package-lock', 'package'),
    );
    const { '': root, ...packages } = lock.packages;
    expect(lock.name).toBe(name);
    expect({ ...root, license: undefined }).toMatchObject({
      ...(version !== undefined && { version }),
      ...(dependencies !== undefined && { dependencies }),
      ...(devDependencies !== undefined && { devDependencies }),
    });

    const locked = Object.entries<{
      resolved?: string;
      integrity?: string;
      link?: boolean;
      inBundle?: boolean;
    }>(packages);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([at]) => at)).toEqual([]);
    const unchecked = locked.filter(([, one]) => one.integrity === undefined && !one.link && !one.inBundle);
    expect(unchecked.map(([at]) => at)).toEqual([]);
  });
});
