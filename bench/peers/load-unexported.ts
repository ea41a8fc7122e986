import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';

/** Runs a CommonJS file of an installed package unchanged and gives names of its scope that it does not export. */
export function loadUnexported<T>(path: string, names: readonly (keyof T & string)[]): T {
  const file = fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
  const source = `${readFileSync(file, 'utf8')}\nreturn { ${names.join(', ')} };`;
  const run = compileFunction(source, ['exports', 'require', 'module'], { filename: file });
  const module = { exports: {} };
  return run(module.exports, createRequire(file), module);
}
