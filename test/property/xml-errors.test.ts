import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { decodeBatchResponse, encodeBatchResponse, type OperationResult } from '../../src/index.ts';
import { readXmlError } from '../../src/xml.ts';
import { law } from './law.ts';
import { utf8 } from './octets.ts';

/** What an answer with this body is read as; the reader is handed to the decoder, as its users do. */
function read(body: Uint8Array<ArrayBuffer>, contentType: string): OperationResult {
  const headers = { 'Content-Type': contentType };
  const message = encodeBatchResponse([{ status: 400, statusText: 'No', headers, body }]);
  return decodeBatchResponse(message, { readError: readXmlError })[0] as unknown as OperationResult;
}

/** Text that XML can say. */
const text = fc
  .string({ unit: fc.constantFrom(...'ab <>&\'"]]>\t\n%;é🚲{}'), maxLength: 12 })
  .map((value) => value.trim());

interface GeneratedError {
  readonly code: string;
  readonly message: string;
  readonly target: string;
  readonly details: readonly Omit<GeneratedError, 'details'>[];
}

const detail = fc.record({ code: text, message: text, target: text });
const error: fc.Arbitrary<GeneratedError> = fc.record({
  code: text,
  message: text,
  target: text,
  details: fc.array(detail, { minLength: 1, maxLength: 3 }),
});

/** The error as XML, each text written in one of the ways that XML has. */
function writeXml({ details, ...members }: GeneratedError, prefix: string, ways: readonly number[]): string {
  let next = 0;
  const written = (value: string): string => {
    const way = ways[next++ % ways.length] ?? 0;
    if (way === 0) return value.replace(/[&<>\r]/g, (character) => `&#${character.codePointAt(0)};`);
    if (way === 1) return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
    return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  };
  const element = (name: string, content: string) => `<${prefix}${name}>${content}</${prefix}${name}>`;
  const write = (one: Omit<GeneratedError, 'details'>) =>
    Object.entries(one)
      .map(([name, value]) => element(name, written(value)))
      .join('\n');
  const list = details.map((one) => element('detail', write(one))).join('');
  return element('error', `${write(members)}${element('details', list)}`);
}

describe('readXmlError', () => {
  law(
    'reads of XML what the codec reads of the same error in JSON',
    fc.property(
      error,
      fc.constantFrom('', 'm:', 'odata:'),
      fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
      (error, prefix, ways) => {
        const xml = read(utf8(writeXml(error, prefix, ways)), 'application/xml');
        const json = read(utf8(JSON.stringify({ error })), 'application/json');
        expect(xml.outcome).toBe('failed');
        expect('error' in xml && xml.error).toEqual('error' in json && json.error);
      },
    ),
    5,
  );

  law(
    'law 7: any octets are read, or not, and never throw',
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc
          .array(
            fc.constantFrom(
              '<error>',
              '</error>',
              '<code>',
              '</code>',
              '<',
              '>',
              '<!DOCTYPE a [',
              ']>',
              '<!--',
              '-->',
              '<![CDATA[',
              ']]>',
              '&lt;',
              '&a;',
              '&#x',
              '<?xml version="1.0"?>',
              '<?',
              '?>',
              ' a="',
              "'",
              'x',
              '\ufeff',
            ),
            { maxLength: 20 },
          )
          .map((pieces) => utf8(pieces.join(''))),
      ),
      fc.constantFrom(
        'application/xml',
        'text/xml;charset=utf-16',
        'text/xml; charset=x',
        'application/atom+xml',
      ),
      (octets, contentType) => {
        const result = read(Uint8Array.from(octets), contentType);
        expect(result.outcome).toBe('failed');
        if ('error' in result) expect(typeof result.error.message).toBe('string');
        if ('bytes' in result) expect(result.bytes).toEqual(Uint8Array.from(octets));
      },
    ),
    10,
  );
});
