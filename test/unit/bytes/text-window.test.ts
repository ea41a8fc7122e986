import { afterEach, describe, expect, it, vi } from 'vitest';
import { TextWindow } from '../../../src/bytes/text-window.ts';
import { octets } from '../build-octets.ts';

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
    expect(window.textOf(views[0] as Uint8Array)).toBe(many[0]);
    expect(window.textOf(octets('{"decoded":"out of base64"}'))).toBeUndefined();
    expect(window.textOf(views[1] as Uint8Array)).toBe(many[1]);
  });

  it('gives the text of bodies that are asked for in order, window after window', () => {
    const { window, views } = buildMessage(many);
    expect(views.map((view) => window.textOf(view))).toEqual(many);
  });

  it('gives the text of one body twice, and of bodies it has at hand in any order', () => {
    const { window, views } = buildMessage(many.slice(0, 3));
    const [first, second, third] = views as [Uint8Array, Uint8Array, Uint8Array];
    for (const view of [first, third, second, second, first]) {
      expect(window.textOf(view)).toBe(many[views.indexOf(view as Uint8Array<ArrayBuffer>)]);
    }
  });

  it('has none for a body whose neighbour was not asked for', () => {
    const { window, views } = buildMessage(many);
    const [view, next, last, first] = [views[200], views[201], views[399], views[0]] as Uint8Array[];
    expect(window.textOf(view as Uint8Array)).toBeUndefined();
    expect(window.textOf(next as Uint8Array)).toBe(many[201]);
    expect(window.textOf(last as Uint8Array)).toBeUndefined();
    expect(window.textOf(first as Uint8Array)).toBeUndefined();
  });

  it('has none for a large body, and goes on behind it', () => {
    const { window, views } = buildMessage([body(0), body(1, 10_000), body(2)]);
    // The first window holds the large body too.
    expect(views.map((view) => window.textOf(view))).toEqual([body(0), body(1, 10_000), body(2)]);
    const alone = buildMessage([body(1, 10_000), body(2)]);
    expect(alone.views.map((view) => alone.window.textOf(view))).toEqual([undefined, body(2)]);
  });

  it('has none where octets around the body are not ASCII, and tries again behind them', () => {
    const mixed = many.map((text, index) => (index === 3 ? `${text}\xc3\xbc` : text));
    const { window, views } = buildMessage(mixed);
    const texts = views.map((view) => window.textOf(view));
    expect(texts.slice(0, 100)).toEqual(new Array(100).fill(undefined));
    expect(texts.slice(200)).toEqual(many.slice(200));
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
    expect(views.map((view) => window.textOf(view))).toEqual([ascii, '']);
  });

  it('has none where the runtime decodes nothing faster than UTF-8', async () => {
    vi.stubGlobal('Buffer', undefined);
    const portable = await import('../../../src/bytes/text-window.ts');
    const bytes = octets('{}');
    expect(new portable.TextWindow(bytes).textOf(bytes)).toBeUndefined();
  });
});
