import { denseEntityOf, entityOf } from './entity.ts';
import { SeededRandom } from './seeded-random.ts';
import { jsonAnswer, NETWORK_CHUNK, rawAnswer, type Shape, type ShapeAnswer } from './shape.ts';

/** `count` answers whose JSON has `bytes` octets each. */
function jsonShape(name: string, what: string, count: number, bytes: number, make = entityOf): Shape {
  const random = new SeededRandom(count + bytes);
  const items = Array.from({ length: count }, () => jsonAnswer(make(random, bytes)));
  return { name, what, items, chunkBytes: NETWORK_CHUNK };
}

export const manySmall = jsonShape('1000 × 1 KiB', 'many small parts of JSON', 1000, 1024);
export const manyTiny = jsonShape('1000 × 300 B', 'many tiny parts of JSON', 1000, 300);
export const fewLarge = jsonShape('100 × 20 KB', 'few large parts of JSON', 100, 20_000);
export const manyDense = jsonShape(
  '1000 × 1 KiB dense',
  'many small parts of JSON with many fields',
  1000,
  1024,
  denseEntityOf,
);
export const fewDense = jsonShape(
  '100 × 20 KB dense',
  'few large parts of JSON with many fields',
  100,
  20_000,
  denseEntityOf,
);

/** A read, then a change set of one creation and two answers without a body; a hundred times. */
function changeSetShape(): Shape {
  const random = new SeededRandom(3);
  const noContent: ShapeAnswer = { status: 204, headers: ['OData-Version: 4.0'], body: new Uint8Array(0) };
  const items = Array.from({ length: 100 }, () => {
    const created: ShapeAnswer = {
      ...jsonAnswer(entityOf(random, 600), [`Location: https://services.example.com/V4/Products(7)`]),
      status: 201,
    };
    return [jsonAnswer(entityOf(random, 1024)), [created, noContent, noContent]];
  });
  return {
    name: 'change sets',
    what: 'reads and change sets by turns',
    items: items.flat(),
    chunkBytes: NETWORK_CHUNK,
  };
}

function binaryShape(): Shape {
  const random = new SeededRandom(4);
  const items = Array.from({ length: 100 }, () =>
    rawAnswer(
      'image/png',
      Uint8Array.from({ length: 8192 }, () => random.below(256)),
    ),
  );
  return { name: 'binary', what: 'random octets', items, chunkBytes: NETWORK_CHUNK };
}

function nonAsciiShape(): Shape {
  const random = new SeededRandom(5);
  const words = ['πράσινο', 'τσάι', '緑茶', '湯呑み', 'зелёный', 'чай', '🍵', '🎉', 'thé', 'grün'];
  const items = Array.from({ length: 500 }, () => jsonAnswer(entityOf(random, 1024, words)));
  return { name: 'non-ASCII', what: 'JSON in five scripts and emoji', items, chunkBytes: NETWORK_CHUNK };
}

/** Forty fields of about a hundred octets, with colons and braces in their values. */
function longHeadersShape(): Shape {
  const random = new SeededRandom(6);
  const field = (_: unknown, index: number) =>
    `X-Trace-${index}: https://services.example.com/trace/${'f'.repeat(30)}?at=10:20:${random.below(60)}&note={a:b}`;
  const items = Array.from({ length: 300 }, () =>
    jsonAnswer(entityOf(random, 300), Array.from({ length: 40 }, field)),
  );
  return {
    name: 'long headers',
    what: '4 KB of header fields before 300 B of JSON',
    items,
    chunkBytes: NETWORK_CHUNK,
  };
}

export const changeSets = changeSetShape();
export const binary = binaryShape();
export const nonAscii = nonAsciiShape();
export const longHeaders = longHeadersShape();
