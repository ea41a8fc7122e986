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
export function writeJsonObjects(
  list: 'requests' | 'responses',
  objects: readonly JsonObject[],
): WrittenBatch {
  const writer = new ByteWriter(expectedSize(objects));
  writer.latin1(`{"${list}":[`);
  for (const [index, { members, headers, body }] of objects.entries()) {
    const given = members.filter(([, value]) => value !== undefined);
    const head = given.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',');
    const comma = index === 0 ? '' : ',';
    writer.utf8(`${comma}{${head}${headersText(headers)}`);
    if (body !== undefined) {
      writer.latin1(',"body":');
      for (const piece of body) typeof piece === 'string' ? writer.utf8(piece) : writer.bytes(piece);
    }
    writer.latin1('}');
  }
  writer.latin1(']}');
  return { contentType: 'application/json', body: writer.finish(), cuts: [], token: new Uint8Array(0) };
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
