import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';

/** What UI5's V4 model makes batches of and gets answers as; nested arrays are change sets. */
export interface Ui5Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface Ui5Response {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly responseText: string;
}

interface Ui5Batch {
  serializeBatchRequest(
    requests: readonly (Ui5Request | readonly Ui5Request[])[],
    epilogue: string,
  ): { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  deserializeBatchResponse(contentType: string, body: string): (Ui5Response | Ui5Response[])[];
}

const ROOT = join(
  dirname(createRequire(import.meta.url).resolve('@openui5/sap.ui.core/package.json')),
  'src',
);
const MODEL = 'sap/ui/model/odata/v4/lib';
/** What writing and reading batches comes down to; the rest of the model wants a browser, and nothing of it is called. */
const LOADED = [`${MODEL}/_Batch`, `${MODEL}/_Helper`, 'sap/base/strings/escapeRegExp', 'sap/base/util/uid'];

type Factory = (...needed: unknown[]) => unknown;

/** Loads a module of UI5 as its own loader does. */
function load(name: string): unknown {
  if (!LOADED.includes(name)) return undefined;
  let exported: unknown;
  const define = (...given: readonly unknown[]) => {
    const [needed, factory] = (typeof given[0] === 'function' ? [[], given[0]] : given) as [
      string[],
      Factory,
    ];
    exported = factory(
      ...needed.map((each) => load(each.startsWith('.') ? posix.join(posix.dirname(name), each) : each)),
    );
  };
  new Function('sap', readFileSync(`${ROOT}/${name}.js`, 'utf8'))({ ui: { define } });
  return exported;
}

/** The module that UI5's V4 model writes and reads batches with. */
export const ui5Batch = load(`${MODEL}/_Batch`) as Ui5Batch;
