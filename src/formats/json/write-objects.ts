import type { HeaderPair } from '../../batch/header-pairs.ts';
import type { WrittenBatch } from '../../batch/written-batch.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { JsonBody } from './encode-body.ts';

/** A request or response of a JSON batch, ready to be written. */
export interface JsonObject {
  /** Names and values in order; what is undefined is left out. */
  readonly members: readonly (readonly [
    name: string,
    value: string | number | readonly string[] | undefined,
  ])[];
  readonly headers: readonly HeaderPair[];
  readonly body: JsonBody | undefined;
}

/** Writes the one object that a JSON batch is, without white space; only what bodies bring with them has any. */
export function writeJsonObjects(list: ListName, objects: readonly JsonObject[]): WrittenBatch {
  const writer = new JsonObjectWriter(list, expectedSize(objects));
  for (const object of objects) writer.object(object);
  writer.close();
  return { contentType: JSON_BATCH, body: writer.finish(), cuts: [], token: new Uint8Array(0) };
}

export const JSON_BATCH = 'application/json';

type ListName = 'requests' | 'responses';

/** Writes the objects of a JSON batch one after the other. */
export class JsonObjectWriter {
  readonly #writer: ByteWriter;
  #isFirst = true;

  constructor(list: ListName, expectedSize?: number) {
    this.#writer = new ByteWriter(expectedSize);
    this.#writer.latin1(`{"${list}":[`);
  }

  object({ members, headers, body }: JsonObject): void {
    const writer = this.#writer;
    const given = members.filter(([, value]) => value !== undefined);
    const head = given.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',');
    writer.utf8(`${this.#isFirst ? '' : ','}{${head}${headersText(headers)}`);
    this.#isFirst = false;
    if (body !== undefined) {
      writer.latin1(',"body":');
      for (const piece of body) typeof piece === 'string' ? writer.utf8(piece) : writer.bytes(piece);
    }
    writer.latin1('}');
  }

  close(): void {
    this.#writer.latin1(']}');
  }

  /** All that was written; nothing may be written after it. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#writer.finish();
  }

  /** What was written since it was last taken. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#writer.take();
  }
}

function headersText(headers: readonly HeaderPair[]): string {
  if (headers.length === 0) return '';
  const fields = headers.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `,"headers":{${fields.join(',')}}`;
}

/** Octets that one object takes beside its body, roughly. */
const FRAME = 160;

function expectedSize(objects: readonly JsonObject[]): number {
  let size = FRAME;
  for (const { body = [] } of objects) size += body.reduce((sum, piece) => sum + piece.length, FRAME);
  return size;
}
