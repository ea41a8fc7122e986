import { describe, expect, it } from 'vitest';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { readXmlError } from '../../../src/xml/read-xml-error.ts';
import { buildAnswer } from '../build-answer.ts';
import { xmlAnswer } from './build-xml-answer.ts';

const read = (xml: string) => readXmlError(xmlAnswer(xml));
const METADATA = 'http://schemas.microsoft.com/ado/2007/08/dataservices/metadata';

describe('readXmlError', () => {
  it.each([
    {
      title: 'OData 2.0 and 3.0',
      xml: `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<error xmlns="${METADATA}">
  <code>E1</code>
  <message xml:lang="en-US">Bad &lt;thing&gt;</message>
  <innererror><message>inner</message><type>System.Exception</type><stacktrace>at x</stacktrace></innererror>
</error>`,
      error: { code: 'E1', message: 'Bad <thing>' },
    },
    {
      title: 'OData 1.0, with a prefix',
      xml: `<m:error xmlns:m="${METADATA}"><m:code/><m:message xml:lang="">Bad</m:message></m:error>`,
      error: { code: '', message: 'Bad' },
    },
    {
      title: 'OData 4.0, with target and details',
      xml: `<m:error xmlns:m="http://docs.oasis-open.org/odata/ns/metadata">
  <m:code>501</m:code><m:message>Unsupported functionality</m:message><m:target>query</m:target>
  <m:details>
    <m:detail><m:code>301</m:code><m:target>$search</m:target><m:message>$search is not supported</m:message></m:detail>
    <m:detail><m:code>302</m:code><m:message>nor is $apply</m:message></m:detail>
  </m:details>
  <m:innererror>trace</m:innererror>
</m:error>`,
      error: {
        code: '501',
        message: 'Unsupported functionality',
        target: 'query',
        details: [
          { code: '301', message: '$search is not supported', target: '$search' },
          { code: '302', message: 'nor is $apply' },
        ],
      },
    },
    {
      title: 'SAP Gateway, with its details',
      xml: `<error xmlns="${METADATA}"><code>SY/530</code><message xml:lang="en">Locked</message><innererror>
  <transactionid>A1</transactionid><errordetails>
    <errordetail><ContentID>2</ContentID><code>M3/024</code><message>Locked by Ann</message><propertyref>Matnr</propertyref><severity>error</severity><target/></errordetail>
    <errordetail><ContentID/><code>X</code><message>y</message><propertyref/></errordetail>
  </errordetails></innererror></error>`,
      error: {
        code: 'SY/530',
        message: 'Locked',
        details: [
          { code: 'M3/024', message: 'Locked by Ann', target: 'Matnr', contentId: '2' },
          { code: 'X', message: 'y' },
        ],
        contentId: '2',
      },
    },
    {
      title: 'ASP.NET Web API',
      xml: '<Error><Message>An error has occurred.</Message><ExceptionMessage>secret</ExceptionMessage></Error>',
      error: { code: '', message: 'An error has occurred.' },
    },
    {
      title: 'Azure Storage',
      xml: '\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code><Message>The specified blob does not exist.\nRequestId:1</Message></Error>',
      error: { code: 'BlobNotFound', message: 'The specified blob does not exist.\nRequestId:1' },
    },
    {
      title: 'CDATA, comments, character references and markup in a message',
      xml: '<error><!-- a --><code><![CDATA[<E&1>]]></code><message>a<!-- b -->b&#33;&#x1F6B2; <b>c</b></message></error>',
      error: { code: '<E&1>', message: 'ab!🚲 c' },
    },
    { title: 'an empty error', xml: '<error/>', error: { code: '', message: '' } },
    {
      title: 'the first of members that come twice',
      xml: '<error><code>a</code><code>b</code><message>c</message><Message>d</Message></error>',
      error: { code: 'a', message: 'c' },
    },
    {
      title: 'members with odd names',
      xml: '<error><__proto__>x</__proto__><constructor>y</constructor><code>z</code></error>',
      error: { code: 'z', message: '' },
    },
  ])('reads $title', ({ xml, error }) => {
    expect(read(xml)).toEqual(error);
  });

  it.each([
    ['another root', '<feed><error><code>x</code></error></feed>'],
    ['HTML', '<html><body>502</body></html>'],
    ['an error that is cut off', '<error><code>x</code><message>y'],
    ['tags that do not match', '<error><code>x</message></error>'],
    ['two roots', '<error/><error/>'],
    ['text', 'Bad Gateway'],
    ['nothing', ''],
    ['an entity that nobody declared', '<error><message>&nbsp;</message></error>'],
    ['a character that XML has not', '<error><message>&#0;</message></error>'],
  ])('reads nothing of %s', (_, xml) => {
    expect(read(xml)).toBeUndefined();
  });

  it('reads no JSON and no other media type', () => {
    expect(readXmlError(xmlAnswer('<error><code>x</code></error>', 'text/html'))).toBeUndefined();
    expect(readXmlError(xmlAnswer('{"error":{}}', 'application/json'))).toBeUndefined();
    expect(readXmlError(xmlAnswer('<error/>', null))).toBeUndefined();
  });
});

describe('a hostile error', () => {
  it.each([
    ['a document type', '<!DOCTYPE error><error><code>x</code></error>'],
    ['an internal entity', '<!DOCTYPE error [<!ENTITY a "x">]><error><code>&a;</code></error>'],
    [
      'an external entity',
      '<!DOCTYPE error [<!ENTITY a SYSTEM "file:///etc/passwd">]><error><code>&a;</code></error>',
    ],
    [
      'a billion laughs',
      `<!DOCTYPE e [<!ENTITY a "${'ha'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}">]><error><code>&b;</code></error>`,
    ],
    [
      'a document type from outside',
      '<!DOCTYPE error SYSTEM "http://evil.example/x.dtd"><error><code>x</code></error>',
    ],
  ])('with %s is not read', (_, xml) => {
    expect(read(xml)).toBeUndefined();
  });

  it('is read where a message only speaks of document types', () => {
    expect(read('<error><message><![CDATA[no <!DOCTYPE here]]></message></error>')?.message).toBe(
      'no <!DOCTYPE here',
    );
  });

  it('is read up to 256 KiB', () => {
    const around = '<error><message></message></error>';
    const message = (length: number) =>
      `<error><message>${'x'.repeat(length - around.length)}</message></error>`;
    expect(read(message(256 * 1024))?.message).toHaveLength(256 * 1024 - around.length);
    expect(read(message(256 * 1024 + 1))).toBeUndefined();
  });

  it('is read up to 4000 tags, however they nest', () => {
    const nested = (depth: number) => `<error>${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}</error>`;
    expect(read(nested(1999))).toEqual({ code: '', message: '' });
    expect(read(nested(2000))).toBeUndefined();
    expect(read(`<error>${'<a/>'.repeat(3998)}</error>`)).toBeDefined();
    expect(read('<error>'.repeat(4000))).toBeUndefined();
    expect(read('<error>'.repeat(30_000))).toBeUndefined();
  });

  it('has its line ends read as XML has them', () => {
    const message = 'a\r\nb\rc\n\rd&#13;&#13;&#10;<![CDATA[\r\n]]>e';
    expect(read(`<?xml version="1.0"?>\r\n<error>\r<message>${message}</message>\r</error>`)?.message).toBe(
      'a\nb\nc\n\nd\r\r\n\ne',
    );
  });

  it('has details only so deep', () => {
    const depth = 600;
    const xml = `<error>${'<details><detail>'.repeat(depth)}x${'</detail></details>'.repeat(depth)}</error>`;
    let levels = 0;
    for (let at = read(xml)?.details; at !== undefined; at = at[0]?.details) levels++;
    expect(levels).toBe(8);
  });

  it.each([
    ['character references', '<error><message>', '&#x41;', '</message></error>'],
    ['CDATA sections', '<error><message>', '<![CDATA[x]]>', '</message></error>'],
    ['comments', '<error>', '<!--x-->', '</error>'],
    ['brackets', '<error><message>', ']]', '</message></error>'],
    ['unclosed comments', '<error>', '<!-- ', ''],
    ['unclosed document types', '<!DOCTYPE e [', ']   ', ''],
    ['attributes', '<error ', "a='", ''],
    ['spaces', '<error', ' ', ''],
    ['processing instructions', '', '<?x ', ''],
    ['surrogate pairs', '<error><message>', '🚲', '</message></error>'],
    ['line ends of CR', '<error><message>', '\r', '</message></error>'],
    ['line ends of CR and LF', '<error><message>', 'a\r\n', '</message></error>'],
  ])('takes its time only in proportion: %s', (_, head, unit, tail) => {
    const size = 250 * 1024 - head.length - tail.length;
    const start = performance.now();
    read(head + unit.repeat(Math.floor(size / new TextEncoder().encode(unit).length)) + tail);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('options.readError', () => {
  const request = encodeBatchRequest(
    [
      { method: 'GET', url: 'A' },
      [
        { method: 'POST', url: 'B' },
        { method: 'POST', url: 'C' },
      ],
    ],
    { continueOnError: true },
  );
  const body = '<error><code>E1</code><message>Bad</message></error>';
  const failed = { status: 400, headers: ['Content-Type: application/xml'], body };

  it('takes it; what it can not read keeps its octets and reason phrase; without it the message names it', () => {
    const [read, set] = decodeBatchResponse(buildAnswer([failed, failed]), {
      request,
      readError: readXmlError,
    });
    expect(read).toMatchObject({ outcome: 'failed', error: { code: 'E1', message: 'Bad' } });
    expect(set).toMatchObject([
      { outcome: 'rolled-back', cause: { error: { code: 'E1' } } },
      { outcome: 'rolled-back' },
    ]);

    const broken = { ...failed, body: '<error><code>E1' };
    const [unread] = decodeBatchResponse(buildAnswer([broken, failed]), { request, readError: readXmlError });
    expect(unread).toMatchObject({ outcome: 'failed', error: { code: '400', message: 'Reason' } });
    expect(unread.outcome === 'failed' && unread.text()).toBe('<error><code>E1');
    const [without] = decodeBatchResponse(buildAnswer([failed, failed]), { request });
    const hint = 'the body is XML, which readXmlError of odata-batch-codec/xml reads (options.readError)';
    expect(without).toMatchObject({ outcome: 'failed', error: { code: '400', message: `Reason (${hint})` } });
  });

  it('leaves JSON to the codec', () => {
    const json = {
      status: 400,
      headers: ['Content-Type: application/json'],
      body: '{"error":{"code":"E2","message":"No"}}',
    };
    const [read] = decodeBatchResponse(buildAnswer([json, failed]), { request, readError: readXmlError });
    expect(read).toMatchObject({ error: { code: 'E2', message: 'No' } });
  });

  it('reads the refusal of a whole batch', () => {
    const message = { status: 401, contentType: 'text/xml', body };
    try {
      decodeBatchResponse(message, { request, readError: readXmlError });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'not-a-batch', error: { code: 'E1', message: 'Bad' } });
    }
  });

  it('names the member of a change set that failed, by the Content-ID that it reads (P-15)', () => {
    const named = { ...failed, body: '<error><ContentID>3</ContentID><code>E1</code></error>' };
    const [, set] = decodeBatchResponse(buildAnswer([failed, named]), { request, readError: readXmlError });
    expect(set.map(({ outcome }) => outcome)).toEqual(['rolled-back', 'failed']);
  });
});
