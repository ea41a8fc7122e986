import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { decodeBatchRequest } from '../../src/formats/decode-batch-request.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import { channelAdvisor } from '../../src/services/channel-advisor.ts';
import { law } from './law.ts';

/** Texts that are made of what stands round parts. */
const text = fc
  .array(
    fc.constantFrom('--', '-', 'changeset', 'batch', '\r\n', '\n', ' ', 'x', '"', 'boundary=', '\u20ac'),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const operation = fc.oneof(
  fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH'),
    url: fc.constant('Products(1)'),
    body: fc.record({ Value: text }),
  }),
  fc.record({
    method: fc.constantFrom('POST', 'PUT'),
    url: fc.constant('Products(1)'),
    headers: fc.constant({ 'Content-Type': 'application/json' }),
    body: text.map((value) => `${JSON.stringify(value)}\n--${value.replace(/[\r\n]/g, '')}`),
  }),
  fc.record({
    method: fc.constant('DELETE'),
    url: text.map((value) => `Products('${encodeURIComponent(value)}')`),
  }),
  fc.record({
    method: fc.constant('GET'),
    url: fc.constant('Products(--batch)'),
    headers: text.map((value) => ({ 'X-A': value.replace(/[^ -~]/g, '') })),
  }),
);
const layout = fc.constantFrom('documented' as const, 'flat' as const);
const boundary = fc.option(fc.stringMatching(/^Q[A-Za-z0-9]{0,69}$/), { nil: undefined, freq: 2 });

describe('a layout', () => {
  law(
    'names one boundary in the header, in the line behind "--batch" and in every delimiter',
    fc.property(
      fc.array(operation, { minLength: 1, maxLength: 4 }),
      layout,
      boundary,
      fc.boolean(),
      (batch, chosen, given, blank) => {
        const preambleBlankLine = chosen === 'documented' && blank;
        const service = channelAdvisor({ layout: chosen, preambleBlankLine });
        const { contentType, headers, body, plan } = encodeBatchRequest(batch, { service, boundary: given });
        expect(headers['Content-Type']).toBe(contentType);
        const [, named = ''] = /^multipart\/mixed; boundary=([A-Za-z0-9]+)$/.exec(contentType) ?? [];
        expect(named).toEqual(given ?? expect.stringMatching(/^changeset(?:[0-9a-f]{32})?$/));

        const latin1 = Buffer.from(body).toString('latin1');
        const start = `--batch\r\nContent-Type: ${contentType}\r\n${preambleBlankLine ? '\r\n' : ''}`;
        const [before, ...parts] = latin1.split(`--${named}`);
        expect(before).toBe(chosen === 'documented' ? start : '');
        expect(parts).toHaveLength(batch.length + 1);
        expect(parts.pop()).toBe(chosen === 'documented' ? '--\r\n--batch--\r\n' : '--\r\n');
        for (const [number, part] of parts.entries()) {
          expect(part).toMatch(
            new RegExp(
              `^\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ${number + 1}\r\n\r\n`,
            ),
          );
          expect(part.endsWith('\r\n\r\n')).toBe(true);
        }
        expect(
          decodeBatchRequest({ contentType, body })
            .flat()
            .map(({ url }) => url),
        ).toEqual(plan.items.flat().map(({ url }) => url));
      },
    ),
    5,
  );
});
