import type { SeededRandom } from './seeded-random.ts';

const WORDS = 'tea cup of green leaf from the north with a box in red and blue for two small large set'.split(
  ' ',
);

/**
 * A product whose JSON has exactly `bytes` octets: a dozen properties, and for the rest a running text, which costs a
 * parser least, so that what is spent on anything else than parsing shows most. Nothing in it is of the kind that a
 * client turns into something else (`@odata.context`, dates with a time).
 */
export function entityOf(random: SeededRandom, bytes: number, words: readonly string[] = WORDS): object {
  const entity = { ...propertiesOf(random, words), Description: '' };
  entity.Description = textOf(random, words, bytes - octets(entity));
  return entity;
}

/** The same size made of many small objects, as in a list of attributes or of lines: what costs a parser most. */
export function denseEntityOf(random: SeededRandom, bytes: number): object {
  const attributes: object[] = [];
  const entity = { ...propertiesOf(random, WORDS), Attributes: attributes, Description: '' };
  let room = bytes - octets(entity);
  while (room > 80) {
    const attribute = { Name: `A${random.below(1000)}`, Rank: random.below(1e6), Value: random.pick(WORDS) };
    room -= octets(attribute) + (attributes.length > 0 ? 1 : 0);
    attributes.push(attribute);
  }
  entity.Description = textOf(random, WORDS, room);
  return entity;
}

function propertiesOf(random: SeededRandom, words: readonly string[]) {
  const id = 10_000 + random.below(90_000);
  return {
    '@odata.etag': `W/"${random.below(1e9)}"`,
    ID: id,
    Sku: `SKU-${id}-${random.below(100)}`,
    Price: random.below(100_000) / 100,
    Weight: random.below(1000) / 8,
    Quantity: random.below(500),
    IsActive: random.next() < 0.9,
    ParentID: null,
    CreatedOn: '2026-03-04',
    Brand: random.pick(words),
    Labels: [random.pick(words), random.pick(words)],
  };
}

/** A text of exactly `bytes` octets; JSON escapes none of them. */
function textOf(random: SeededRandom, words: readonly string[], bytes: number): string {
  let text = '';
  let left = bytes;
  while (left > 0) {
    const word = `${random.pick(words)} `;
    const length = Buffer.byteLength(word);
    text += length <= left ? word : '.'.repeat(left);
    left -= Math.min(length, left);
  }
  return text;
}

function octets(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
