import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { expect } from 'vitest';

/** What must show nowhere; any three characters of it are enough to know it by. */
export const SECRET = 'qzqzqzqzqzqz';
/** Of a secret that was cut or changed a piece is left. */
const PIECE = /zqz/i;

type Print = (thing: unknown) => string;

/** What a console prints of something. */
function printedBy(method: 'log' | 'error' | 'dir' | 'table'): Print {
  return (thing) => {
    const chunks: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    });
    new Console({ stdout: stream, stderr: stream })[method](thing);
    return chunks.join('');
  };
}

/** The ways in which things end in a log, in words and colours. */
const INSPECTIONS: Readonly<Record<string, Print>> = {
  inspect: (thing) => inspect(thing, { depth: Number.POSITIVE_INFINITY }),
  'inspect with getters': (thing) => inspect(thing, { depth: 20, getters: true, colors: true }),
  'inspect in an object and an array': (thing) => inspect({ a: [{ thing }] }, { depth: 20 }),
  'inspect in a Map': (thing) => inspect(new Map([[thing, thing]]), { depth: 20 }),
  'inspect as cause': (thing) => inspect(new Error('outer', { cause: thing }), { depth: 20 }),
  'inspect in an AggregateError': (thing) => inspect(new AggregateError([thing]), { depth: 20 }),
  'console.log': printedBy('log'),
  'console.error': printedBy('error'),
  format: (thing) => format('%s %o %O', thing, thing, thing),
  String: (thing) => `${thing} ${(thing as { stack?: string }).stack}`,
};

/** The ways in which the data of things are printed or sent. */
const COPIES: Readonly<Record<string, Print>> = {
  'console.dir': printedBy('dir'),
  'console.table': printedBy('table'),
  'inspect without customs': (thing) => inspect(thing, { depth: 20, customInspect: false, showHidden: true }),
  'JSON.stringify': (thing) => String(JSON.stringify(thing)),
  'JSON.stringify in an object': (thing) => JSON.stringify({ a: [thing] }),
  structuredClone: (thing) => inspect(structuredClone(thing), { depth: 20, showHidden: true }),
  'a copy by spreading': (thing) => inspect({ ...(thing as object) }, { depth: 20, showHidden: true }),
};

/** Expects something to be in logs, whole where `isWhole` says so, and no secret with it, however it is printed. */
export function expectPrintable(thing: unknown, name: string): void {
  expectInspectable(thing, name);
  for (const [way, print] of Object.entries(COPIES)) {
    expect({ name, way, printed: print(thing) }).toEqual({ name, way, printed: WITHOUT_SECRETS });
  }
}

/** Expects something to have no secret where it is inspected; its data may have some. */
export function expectInspectable(thing: unknown, name: string): void {
  for (const [way, print] of Object.entries(INSPECTIONS)) {
    expect({ name, way, printed: print(thing) }).toEqual({ name, way, printed: WITHOUT_SECRETS });
  }
}

const WITHOUT_SECRETS: unknown = expect.not.stringMatching(PIECE);
