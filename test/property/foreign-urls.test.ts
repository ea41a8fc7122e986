import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { BatchUsageError } from '../../src/errors.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import { parseUrlReference } from '../../src/odata/content-id.ts';
import type { UrlForm } from '../../src/odata/target.ts';
import { defineService } from '../../src/services/define-service.ts';
import { law } from './law.ts';

const ROOT = 'https://shop.example/api/v1/';

/** Where whoever receives a target takes it to lead, by the URL Standard that fetch and browsers go by. */
const MEANT: Readonly<Record<Exclude<UrlForm, 'as-given'>, (target: string) => URL>> = {
  absolute: (target) => new URL(target),
  'absolute-path': (target) => new URL(target, ROOT),
  relative: (target) => new URL(target, ROOT),
  'service-path': (target) => new URL(`.${target}`, ROOT),
};
const forms = Object.keys(MEANT) as (keyof typeof MEANT)[];

const piece = fc.constantFrom(
  ...[
    '/',
    '//',
    '..',
    '.',
    '%2e',
    '%2E%2e',
    '%2f',
    '\\',
    '%5c',
    '@',
    ':',
    '?',
    '&',
    '=',
    '$',
    '$1',
    '(',
    ')',
    "'",
    ',',
  ],
  ...[
    'api',
    'v1',
    'API',
    'v2',
    'shop.example',
    'evil.example',
    'https:',
    'http:',
    'https://',
    ';',
    ' ',
    '\t',
    '%',
    '%00',
  ],
  ...[
    'Products(1)',
    '#',
    'é',
    '\u202e',
    '443',
    ':443',
    'user',
    '~',
    '+',
    '*',
    '|',
    '^',
    '`',
    '{',
    '[',
    ']',
    '<',
  ],
);
const url = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 6 }).map((pieces) => ROOT + pieces.join('')),
  fc.array(piece, { maxLength: 6 }).map((pieces) => `/api/v1/${pieces.join('')}`),
  fc.webUrl({ withQueryParameters: true }),
  fc.string({ unit: 'binary', minLength: 1 }),
);

describe('a token that belongs to one service', () => {
  law(
    'goes to no other, however a URL is spelt and in whatever form it is written',
    fc.property(fc.constantFrom(...forms), url, (urlForm, text) => {
      const service = defineService({ name: 's', serviceRoot: ROOT, urlForm });
      let target: string;
      try {
        const { plan } = encodeBatchRequest([{ method: 'GET', url: text }], { service });
        target = (plan.items[0] as { url: string }).url;
      } catch (error) {
        expect(error).toBeInstanceOf(BatchUsageError);
        return;
      }
      // What a reference stands for only the service knows.
      if (parseUrlReference(target) !== undefined) return;
      const meant = MEANT[urlForm](target);
      expect(meant.origin).toBe('https://shop.example');
      // Letter case is for the service to tell apart; it is its own in any case.
      expect(meant.pathname.toLowerCase().startsWith('/api/v1')).toBe(true);
      expect(meant.username).toBe('');
    }),
    30,
  );
});
