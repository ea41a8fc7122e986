import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { decodeText } from '../../src/bytes/text.ts';
import { TextWindow } from '../../src/bytes/text-window.ts';
import { law } from './law.ts';

/** Bodies short and long, of ASCII or not, even of octets that are no text. */
const body = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 50 }).map(utf8) },
  { weight: 2, arbitrary: fc.nat(12_000).map((length) => utf8('x'.repeat(length))) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }).map(utf8) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
);

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('texts', () => {
  law(
    'the window of a message has the text of a body or none, whoever asks for what in which order',
    fc.property(
      fc.array(fc.tuple(body, fc.nat(6000)), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(29), { maxLength: 30 }),
      fc.nat(9),
      (bodies, order, before) => {
        const parts = bodies.flatMap(([octets, gap]) => [new Uint8Array(gap), octets]);
        const message = Uint8Array.from(Buffer.concat([new Uint8Array(before), ...parts])).subarray(before);
        let at = 0;
        const views = bodies.map(([octets, gap]) => {
          at += gap + octets.length;
          return message.subarray(at - octets.length, at);
        });
        const window = new TextWindow(message);
        for (const index of [...order, ...views.keys()]) {
          const view = views[index % views.length] as Uint8Array;
          const text = window.textOf(view);
          if (text !== undefined) expect(text).toBe(decodeText(view));
        }
      },
    ),
    3,
  );
});
