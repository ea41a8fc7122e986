/** A service's answer to one operation. */
export interface ShapeAnswer {
  readonly status: number;
  /** Whole lines. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** A response to measure on. */
export interface Shape {
  readonly name: string;
  /** What it is, for people. */
  readonly what: string;
  /** A nested array is a change set. */
  readonly items: readonly (ShapeAnswer | readonly ShapeAnswer[])[];
  /** How many octets a push parser gets at once. */
  readonly chunkBytes: number;
}

/** What fetch gives from a network. */
export const NETWORK_CHUNK = 64 * 1024;

/** Long, as services' boundaries are, with the prefix that some clients look for. */
export const BOUNDARY = 'batchresponse_1f0c8f5e-7a1b-4f0a-9c55-0d2f6f3d9a41';

/** For each item the number of its members if it is a change set, else 0. */
export type Layout = readonly number[];

export function layoutOf(shape: Shape): Layout {
  return shape.items.map((item) => (isChangeSet(item) ? item.length : 0));
}

export function isChangeSet(item: Shape['items'][number]): item is readonly ShapeAnswer[] {
  return Array.isArray(item);
}

/** All answers in order, as if there were no change sets. */
export function answersOf(shape: Shape): readonly ShapeAnswer[] {
  return shape.items.flat();
}

export function jsonAnswer(value: object, headers: readonly string[] = []): ShapeAnswer {
  const body = Buffer.from(JSON.stringify(value));
  return { status: 200, headers: ['Content-Type: application/json', 'OData-Version: 4.0', ...headers], body };
}

export function rawAnswer(contentType: string, body: Uint8Array): ShapeAnswer {
  return { status: 200, headers: [`Content-Type: ${contentType}`], body };
}
