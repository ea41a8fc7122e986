import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { numberedInBatch } from '../peers/peer.ts';
import { allShapes } from './all-shapes.ts';
import { readNaively } from './naive-reader.ts';
import { encodeFewLarge, encodeManySmall, encodeManyTiny } from './operations.ts';
import { answersOf, BOUNDARY, layoutOf, type Shape } from './shape.ts';
import { writeResponse } from './write-response.ts';

/** Whoever changes a shape changes what the figures mean, and says so here. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1000 × 1 KiB': 'df2dc5a66c18ef5b',
  '1000 × 300 B': 'b741dad9b3ab3bcd',
  '100 × 20 KB': 'b077104ac0f2fcc0',
  '1000 × 1 KiB dense': 'e617ed461777fa56',
  '100 × 20 KB dense': 'b7cb950a5dd6dd51',
  'change sets': '3c8f95ddd16e948b',
  binary: 'ec60d2eef1f43c03',
  'non-ASCII': 'a9e2faa4512de71a',
  'long headers': '917402bfb2837e1b',
  CRLF: '871668f5ac4b59dd',
  dashes: '6d1e283b792fde67',
  'all but the last byte': 'ae85c638ea8274f3',
  'near-prefix': '085152906d0381cc',
  'delimiter in a line': '24c07c7550a4b13f',
  drips: 'dfea11f7e1ef0b47',
};

for (const shape of allShapes) {
  describe(`shape ${shape.name}`, () => {
    const { bytes, contentType, frame } = writeResponse(shape, numberedInBatch);

    it('holds what an independent reader finds', () => {
      const found = readNaively(bytes, contentType);
      const expected = answersOf(shape);
      assert.equal(found.length, expected.length);
      expected.forEach(({ status, body }, place) => {
        assert.match(found[place]?.startLine ?? '', new RegExp(`^HTTP/1\\.1 ${status} `));
        assert.ok(found[place]?.body.equals(body), `body of operation ${place}`);
      });
    });

    it('tells push parsers what to count', () => {
      const text = bytes.toString('latin1');
      const parts = `\r\n${text}`.split(`\r\n--${BOUNDARY}\r\n`).slice(1);
      const octets = parts.reduce((sum, part, place) => {
        const end = place === parts.length - 1 ? part.indexOf(`\r\n--${BOUNDARY}--\r\n`) : part.length;
        return sum + end - (part.indexOf('\r\n\r\n') + 4);
      }, 0);
      assert.deepEqual(frame, { parts: parts.length, octets });
      assert.equal(layoutOf(shape).length, parts.length);
    });

    it('stays within RFC 2046: no line of a body begins with the delimiter', () => {
      for (const { body } of answersOf(shape)) {
        assert.ok(!`\n${Buffer.from(body).toString('latin1')}`.includes(`\n--${BOUNDARY}`));
      }
    });

    it('is the same in every run', () => {
      assert.equal(createHash('sha256').update(bytes).digest('hex').slice(0, 16), DIGESTS[shape.name]);
    });
  });
}

describe('sizes', () => {
  const sizes = new Map([
    ['1000 × 1 KiB', [1000, 1024]],
    ['1000 × 300 B', [1000, 300]],
    ['100 × 20 KB', [100, 20_000]],
    ['1000 × 1 KiB dense', [1000, 1024]],
    ['100 × 20 KB dense', [100, 20_000]],
  ]);

  for (const [name, [count, length]] of sizes) {
    it(`of ${name} are what its name says`, () => {
      const answers = answersOf(allShapes.find((shape) => shape.name === name) as Shape);
      assert.deepEqual([answers.length, ...new Set(answers.map(({ body }) => body.length))], [count, length]);
    });
  }

  for (const { name, operations } of [encodeManySmall, encodeManyTiny, encodeFewLarge]) {
    it(`of the operations ${name} are what their name says`, () => {
      const lengths = new Set(operations.map(({ body }) => Buffer.byteLength(JSON.stringify(body))));
      assert.deepEqual([operations.length, ...lengths], sizes.get(name));
    });
  }
});

describe('adversarial bodies', () => {
  const textsOf = (name: string) =>
    answersOf(allShapes.find((shape) => shape.name === name) as Shape).map(({ body }) =>
      Buffer.from(body).toString(),
    );

  it('hold nothing but line ends', () => {
    for (const text of textsOf('CRLF')) assert.match(text, /^(\r\n){4096}$/);
  });

  it('hold nothing but lines of two dashes', () => {
    for (const text of textsOf('dashes')) assert.match(text, /^(\r\n--)+$/);
  });

  it('hold nothing but the delimiter without its last octet', () => {
    const lines = textsOf('all but the last byte').flatMap((text) => text.split('\r\n').slice(1));
    assert.deepEqual([...new Set(lines)], [`--${BOUNDARY.slice(0, -1)}`]);
  });

  it('leave the boundary at every place', () => {
    const lines = textsOf('near-prefix').flatMap((text) => text.split('\r\n').slice(1));
    const lengths = lines.map((line) => line.length - '--'.length - 1);
    lines.forEach((line, place) => {
      assert.ok(line.startsWith(`--${BOUNDARY.slice(0, lengths[place])}`));
    });
    assert.deepEqual(
      [...new Set(lengths)].sort((a, b) => a - b),
      Array.from(BOUNDARY, (_, length) => length),
    );
  });

  it('quote delimiter and close delimiter', () => {
    for (const text of textsOf('delimiter in a line')) {
      assert.ok(text.includes(` --${BOUNDARY} `) && text.includes(` --${BOUNDARY}-- `));
    }
  });
});
