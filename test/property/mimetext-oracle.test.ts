import fc from 'fast-check';
import { createMimeMessage as createForNode } from 'mimetext';
import { createMimeMessage as createForBrowser } from 'mimetext/browser';
import { describe, expect, it } from 'vitest';
import { chunking, text } from './arbitrary-octets.ts';
import { boundaryParameter } from './frame.ts';
import { law } from './law.ts';
import { cut, fromLatin1, latin1, utf8 } from './octets.ts';
import { type Scan, scan } from './scan.ts';

/** Its entry for Node ends lines as the system does, that for browsers with CRLF. */
const AUTHORS = { node: createForNode, browser: createForBrowser } as const;

interface ReadPart {
  readonly headers: string;
  readonly body: string;
}

function partsOf(result: Scan): ReadPart[] {
  if ('fault' in result) throw new Error(result.fault);
  expect(result).toMatchObject({ opened: true, closed: true, warnings: [] });
  const parts: { headers: string; body: string }[] = [];
  for (const event of result.events) {
    const last = parts.at(-1);
    if ('begin' in event) parts.push({ headers: event.begin, body: '' });
    else if ('data' in event && last !== undefined) last.body += event.data;
  }
  return parts;
}

/** The body of a mail and its boundary: what stands behind the mail's own headers. */
function open(raw: string, lineEnd: string): { boundary: string; body: Uint8Array } {
  const end = raw.indexOf(lineEnd + lineEnd);
  const contentType = /^Content-Type: (multipart\/mixed;.*?)\r?$/im.exec(raw.slice(0, end))?.[1] ?? '';
  return { boundary: boundaryParameter(contentType) ?? '', body: utf8(raw.slice(end + 2 * lineEnd.length)) };
}

/** The line end in front of a delimiter is the delimiter's own: text with CR at its end is no text of an LF mail. */
const content = text.filter((each) => !each.endsWith('\r'));

describe('mimetext as an author', () => {
  law(
    'law 3: the scanner finds the text and the attachments of a mail, in any chunks',
    fc.property(
      fc.constantFrom('node', 'browser'),
      content,
      fc.array(content, { minLength: 1, maxLength: 4 }),
      chunking,
      (which, message, attachments, lengths) => {
        const mail = AUTHORS[which]();
        mail.setSender('sender@host.example');
        mail.setRecipient('recipient@host.example');
        mail.setSubject('A batch');
        mail.addMessage({ contentType: 'text/plain', data: message });
        for (const [at, data] of attachments.entries()) {
          mail.addAttachment({
            filename: `${at}.http`,
            contentType: 'application/octet-stream',
            encoding: 'binary',
            data,
          });
        }
        const lineEnd = mail.envctx.eol;
        const { boundary, body } = open(mail.asRaw(), lineEnd);
        const parts = partsOf(scan(cut(body, lengths), { boundary }));
        // It puts an empty line behind every part but the last.
        const expected = [message, ...attachments].map(
          (each, at) => each + (at < attachments.length ? lineEnd : ''),
        );
        expect(parts.map(({ body }) => body)).toEqual(expected.map((each) => latin1(utf8(each))));
        expect(parts.map(({ headers }) => /filename="(.*)"/.exec(headers)?.[1])).toEqual([
          undefined,
          ...attachments.map((_, at) => `${at}.http`),
        ]);
      },
    ),
    3,
  );

  law(
    'law 3: the scanner finds the multipart in the multipart of a mail',
    fc.property(
      fc.constantFrom('node', 'browser'),
      content,
      content,
      content,
      (which, plain, html, attachment) => {
        const mail = AUTHORS[which]();
        mail.setSender('sender@host.example');
        mail.setRecipient('recipient@host.example');
        mail.setSubject('A batch');
        mail.addMessage({ contentType: 'text/plain', data: plain });
        mail.addMessage({ contentType: 'text/html', data: html });
        mail.addAttachment({
          filename: 'a',
          contentType: 'application/octet-stream',
          encoding: 'binary',
          data: attachment,
        });
        const lineEnd = mail.envctx.eol;
        const { boundary, body } = open(mail.asRaw(), lineEnd);
        const [alternative, attached] = partsOf(scan([body], { boundary }));
        expect(attached?.body).toBe(latin1(utf8(attachment)));

        const field = /^Content-Type: (.*?)\r?$/m.exec(alternative?.headers ?? '')?.[1] ?? '';
        const inner = partsOf(
          scan([fromLatin1(alternative?.body ?? '')], { boundary: boundaryParameter(field) ?? '' }),
        );
        expect(inner.map(({ body }) => body)).toEqual(
          [plain, html].map((each) => latin1(utf8(each + lineEnd))),
        );
      },
    ),
    2,
  );

  it('can not write a batch: it refuses messages of application/http, and demands a sender', () => {
    const mail = createForNode();
    expect(() => mail.addMessage({ contentType: 'application/http', data: 'GET A HTTP/1.1' })).toThrow(
      /content type/i,
    );
    mail.addMessage({ contentType: 'text/plain', data: 'x' });
    expect(() => mail.asRaw()).toThrow(/From/);
  });
});
