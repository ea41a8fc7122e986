import { afterEach, describe, expect, it, vi } from 'vitest';
import { asciiText } from '../../../src/bytes/text.ts';
import { TextWindow } from '../../../src/bytes/text-window.ts';
import { octets } from '../build-octets.ts';

/** What a window has where the runtime decodes ASCII faster than UTF-8; else it has nothing, and bodies decode themselves. */
const whereFast = <T>(texts: readonly T[]): (T | undefined)[] =>
  texts.map((text) => (asciiText(octets('a'), 0, 1) === undefined ? undefined : text));

const GAP = '\r\n--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n';

/** A message of the bodies with framing between them, in the middle of a larger buffer, and its views of them. */
function buildMessage(bodies: readonly string[], gap = GAP) {
  const text = bodies.map((body) => gap + body).join('') + gap;
  const bytes = octets(`before${text}behind`).subarray(6, 6 + text.length);
  let at = 0;
  const views = bodies.map((body) => {
    const start = at + gap.length;
    at = start + body.length;
    return bytes.subarray(start, at);
  });
  return { window: new TextWindow(bytes), views };
}

const body = (index: number, length = 200) => `{"index":${index},"text":"${'x'.repeat(length)}"}`;
const many = Array.from({ length: 400 }, (_, index) => body(index));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('TextWindow', () => {
  it('has no text for octets that are not of the message', () => {
    const { window, views } = buildMessage(many);
    const asked = [views[0] as Uint8Array, octets('{"decoded":"out of base64"}'), views[1] as Uint8Array];
    expect(asked.map((one) => window.textOf(one))).toEqual(whereFast([many[0], undefined, many[1]]));
  });

  it('gives the text of bodies that are asked for in order, window after window', () => {
    const { window, views } = buildMessage(many);
    expect(views.map((view) => window.textOf(view))).toEqual(whereFast(many));
  });

  it('gives the text of one body twice, and of bodies it has at hand in any order', () => {
    const { window, views } = buildMessage(many.slice(0, 3));
    const order = [0, 2, 1, 1, 0];
    expect(order.map((index) => window.textOf(views[index] as Uint8Array))).toEqual(
      whereFast(order.map((index) => many[index])),
    );
  });

  it('has none for a body whose neighbour was not asked for', () => {
    const { window, views } = buildMessage(many);
    const texts = [200, 201, 399, 0].map((index) => window.textOf(views[index] as Uint8Array));
    expect(texts).toEqual(whereFast([undefined, many[201], undefined, undefined]));
  });

  it('has none for a large body, and goes on behind it', () => {
    const { window, views } = buildMessage([body(0), body(1, 10_000), body(2)]);
    // The first window holds the large body too.
    expect(views.map((view) => window.textOf(view))).toEqual(whereFast([body(0), body(1, 10_000), body(2)]));
    const alone = buildMessage([body(1, 10_000), body(2)]);
    expect(alone.views.map((view) => alone.window.textOf(view))).toEqual(whereFast([undefined, body(2)]));
  });

  it('has none where octets around the body are not ASCII, and tries again behind them', () => {
    const mixed = many.map((text, index) => (index === 3 ? `${text}\xc3\xbc` : text));
    const { window, views } = buildMessage(mixed);
    const texts = views.map((view) => window.textOf(view));
    expect(texts.slice(0, 100)).toEqual(new Array(100).fill(undefined));
    expect(texts.slice(200)).toEqual(whereFast(many.slice(200)));
  });

  it('has none of octets that are not ASCII, whatever they would be', () => {
    for (const octet of ['\x80', '\xbf', '\xc3', '\xff', '\xef\xbb\xbf']) {
      const { window, views } = buildMessage([octet]);
      expect(window.textOf(views[0] as Uint8Array)).toBeUndefined();
    }
  });

  it('takes every ASCII octet as it is', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
    const { window, views } = buildMessage([ascii, '']);
    expect(views.map((view) => window.textOf(view))).toEqual(whereFast([ascii, '']));
  });

  it('has none where the runtime decodes nothing faster than UTF-8', async () => {
    vi.stubGlobal('Buffer', undefined);
    const portable = await import('../../../src/bytes/text-window.ts');
    const bytes = octets('{}');
    expect(new portable.TextWindow(bytes).textOf(bytes)).toBeUndefined();
  });
});
