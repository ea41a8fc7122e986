import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

interface Response {
  readonly status: number;
  readonly responseText: string;
}

interface BatchModule {
  serializeBatchRequest(requests: readonly object[]): { body: string; headers: Record<string, string> };
  deserializeBatchResponse(contentType: string, text: string): (Response | Response[])[];
}

const uid = load<() => string>('sap/base/util/uid');
/** Of the helper module, which needs half of UI5, `_Batch.js` calls two functions; the second changes no header given as text. */
const helper = { uid, resolveIfMatchHeader: (headers: unknown) => headers };
const batch = load<BatchModule>('sap/ui/model/odata/v4/lib/_Batch', [
  helper,
  load('sap/base/strings/escapeRegExp'),
]);

/** UI5's module for OData V4, loaded with a stand-in for `sap.ui.define`. */
export const ui5Batch: Peer = {
  name: 'UI5 V4 _Batch',
  version: packageVersion('@openui5/sap.ui.core'),
  contentIdOf: (_place, member, set) => `${member}.${set}`,
  decoder: () => (bytes, contentType) =>
    batch
      .deserializeBatchResponse(contentType, textOf(bytes))
      .flat()
      .map(({ status, responseText }): Answer => ({ status, text: responseText })),
  encodeRequest(operations) {
    const { body, headers } = batch.serializeBatchRequest(operations);
    return { contentType: headers['Content-Type'] ?? '', body: bytesOf(body) };
  },
};

function load<T>(module: string, dependencies: readonly unknown[] = []): T {
  const file = new URL(`../node_modules/@openui5/sap.ui.core/src/${module}.js`, import.meta.url);
  let value: unknown;
  const define = (first: unknown, second?: unknown) => {
    const factory = (second instanceof Function ? second : first) as (
      ...modules: readonly unknown[]
    ) => unknown;
    value = factory(...dependencies);
  };
  compileFunction(readFileSync(file, 'utf8'), ['sap'])({ ui: { define } });
  return value as T;
}
