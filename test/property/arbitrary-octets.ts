import fc from 'fast-check';
import { concat, fromLatin1, utf8 } from './octets.ts';

/** What a body is made of that wants to be taken for structure. */
const FRAGMENTS = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '-',
  '--',
  '---',
  '\r\n--',
  '\n--',
  '--b',
  '\r\n--b',
  '\r\n--b\r\n',
  '\n--b\n',
  '\r\n--b--',
  '\r\n--b--\r\n',
  '--b--',
  '\r\n--batch_',
  '\r\n--changeset_1_',
  'Content-Type: application/http\r\n\r\n',
  'Content-Length: 5\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'POST x HTTP/1.1\r\n',
  ' ',
  '\t',
  ':',
  '\0',
  'a',
  '{"a":1}',
];

const TEXT_FRAGMENTS = [...FRAGMENTS, 'ä', 'é\u0301', '\u{1f600}', '\ufeff', '\u2028', '\u0085', '\u00a0'];

export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...TEXT_FRAGMENTS), { maxLength: 10 })
  .map((fragments) => fragments.join(''));

/** Text of any script; never half of a surrogate pair. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  hostileText,
);

const EVERY_OCTET = Uint8Array.from({ length: 256 }, (_, octet) => octet);

export const octets: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
  hostileText.map(utf8),
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 10 }).map((all) => fromLatin1(all.join(''))),
  fc.constant(EVERY_OCTET),
  // A view into a larger buffer: what lies around it is none of the body.
  fc
    .uint8Array({ minLength: 2, maxLength: 30 })
    .map((bytes) => new Uint8Array(bytes).subarray(1, bytes.length - 1)),
);

const BOUNDARY_END = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?"];

/** A boundary of RFC 2046's whole alphabet, spaces inside it included. */
export const boundary: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.string({ unit: fc.constantFrom(...BOUNDARY_END, ' '), maxLength: 69 }),
        fc.constantFrom(...BOUNDARY_END),
      )
      .map(([start, end]) => start + end),
  },
  fc.constantFrom('b', '-', '--', 'b-', 'b--', '-b', '=', ':', "'", '(c)', 'a b', ' b', 'batch', '?=/'),
);

/** Boundaries of which none begins with another. */
export const boundaries: fc.Arbitrary<string[]> = fc
  .array(boundary, { minLength: 1, maxLength: 7 })
  .map((all) =>
    all.filter(
      (one, at) =>
        !all.some((other, place) => place < at && (other.startsWith(one) || one.startsWith(other))),
    ),
  );

/** Lengths of chunks, for `cut`: most of them short, some empty. */
export const chunking: fc.Arbitrary<number[]> = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 }),
);

/** Something that happens to octets on their way. */
export type Damage = (bytes: Uint8Array) => Uint8Array<ArrayBuffer>;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const singleDamage: fc.Arbitrary<Damage> = fc.oneof(
  // Other octets.
  fc.tuple(place, fc.nat(255)).map(([where, octet]): Damage => {
    return (bytes) => bytes.slice().fill(octet, at(bytes, where), at(bytes, where) + 1);
  }),
  // Octets lost.
  fc.tuple(place, fc.integer({ min: 1, max: 30 })).map(([where, length]): Damage => {
    return (bytes) =>
      concat([bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + length)]);
  }),
  // Octets that were not there.
  fc
    .tuple(place, fc.oneof(fc.constantFrom(...FRAGMENTS).map(fromLatin1), octets))
    .map(([where, more]): Damage => {
      return (bytes) => concat([bytes.subarray(0, at(bytes, where)), more, bytes.subarray(at(bytes, where))]);
    }),
  // The end lost.
  place.map(
    (where): Damage =>
      (bytes) =>
        bytes.slice(0, at(bytes, where)),
  ),
  // A line twice, gone, or moved to the front.
  fc.tuple(place, fc.constantFrom('twice', 'gone', 'first')).map(([where, what]): Damage => {
    return (bytes) => {
      const lines = Buffer.from(bytes)
        .toString('latin1')
        .split(/(?<=\n)/);
      const [line = ''] = lines.splice(Math.floor(where * lines.length), 1);
      if (what === 'twice') lines.splice(Math.floor(where * lines.length), 0, line, line);
      if (what === 'first') lines.unshift(line);
      return fromLatin1(lines.join(''));
    };
  }),
);

export const damage: fc.Arbitrary<Damage> = fc
  .array(singleDamage, { minLength: 1, maxLength: 4 })
  .map((all) => (bytes) => all.reduce<Uint8Array<ArrayBuffer>>((each, one) => one(each), bytes.slice()));

function at(bytes: Uint8Array, where: number): number {
  return Math.floor(where * (bytes.length + 1));
}
