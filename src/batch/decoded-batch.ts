import type { HeaderList } from '../mime/header-list.ts';
import { resolveTarget } from '../odata/target.ts';
import type { ODataVersion } from '../odata/version.ts';
import type { BatchFormat } from './batch-format.ts';
import type { BodyReader } from './body-reader.ts';
import type { Operation } from './operation.ts';

/** Where a Content-ID stood: in the part, or in the HTTP message in it (multipart). */
export type ContentIdPlacement = 'mime' | 'http';

/** What a decoded operation is made of. */
export interface DecodedOperationInit {
  readonly method: string;
  readonly url: string;
  readonly id: string | undefined;
  readonly idPlacement: ContentIdPlacement | undefined;
  readonly serviceRoot: string | undefined;
  /** Headers and body. */
  readonly reader: BodyReader;
  readonly atomicityGroup?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
  readonly if?: string | undefined;
}

/** One request out of a batch; itself an {@link Operation}, so it can be encoded again. */
export class DecodedOperation implements Operation {
  readonly method: string;
  /** The target as it stood in the message. */
  readonly url: string;
  readonly headers: HeaderList;
  declare readonly id?: string;
  /** The octets of the body; absent where it is empty. */
  declare readonly body?: Uint8Array<ArrayBuffer>;
  /**
   * Ids of the operations that it depends on (JSON format). Where the message names a change set, the first id in it, which
   * means the same: of another change set one depends as a whole.
   */
  declare readonly dependsOn?: readonly string[];
  /** The condition (JSON format). */
  declare readonly if?: string;
  readonly #init: DecodedOperationInit;

  constructor(init: DecodedOperationInit) {
    const { headers, bytes } = init.reader;
    this.method = init.method;
    this.url = init.url;
    this.headers = headers;
    if (init.id !== undefined) this.id = init.id;
    if (bytes.length > 0) this.body = bytes;
    if (init.dependsOn !== undefined) this.dependsOn = init.dependsOn;
    if (init.if !== undefined) this.if = init.if;
    this.#init = init;
  }

  /** The body, octet for octet; empty where there is none. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#init.reader.bytes;
  }

  /** The name of its change set (JSON format); a response repeats it. */
  get atomicityGroup(): string | undefined {
    return this.#init.atomicityGroup;
  }

  /** Where the Content-ID stood (multipart); a response repeats it there. */
  get idPlacement(): ContentIdPlacement | undefined {
    return this.#init.idPlacement;
  }

  /**
   * The absolute URL that the target means, by its Host header and the `serviceRoot` given to the decoder; undefined
   * without one. A reference (`$1/Orders`) stays as it is.
   */
  get absoluteUrl(): string | undefined {
    const { serviceRoot } = this.#init;
    return serviceRoot === undefined
      ? undefined
      : resolveTarget(this.url, this.headers.get('Host'), serviceRoot);
  }

  /** The body as text, by the charset of its Content-Type, else UTF-8. Throws BatchSyntaxError `invalid-text`. */
  text(): string {
    return this.#init.reader.text();
  }

  /** The body as JSON. Throws BatchSyntaxError `invalid-json`, `invalid-text`. */
  json(): unknown {
    return this.#init.reader.json();
  }
}

/** The operations of a decoded request, nested like it. */
export type DecodedItem = DecodedOperation | readonly DecodedOperation[];

/** A decoded request: its operations, and what answering it needs. */
export interface DecodedBatch extends ReadonlyArray<DecodedItem> {
  readonly format: BatchFormat;
  readonly version: ODataVersion;
  /** Whether the client asked to go on after a failure; undefined where it did not say (multipart: stop; JSON: go on). */
  readonly continueOnError: boolean | undefined;
  /**
   * The boundary of the batch, then that of each change set: encoding with them gives the same octets again. None in a JSON
   * batch.
   */
  readonly boundaries: readonly string[];
}
