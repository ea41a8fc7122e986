import { describe, expect, it } from 'vitest';
import { requestHead, responseHead } from '../../../src/http/message-head.ts';

describe('requestHead', () => {
  it('is request line, one line for each field, an empty line (H-10, H-45)', () => {
    const fields = [
      ['Prefer', 'a'],
      ['Prefer', 'b'],
      ['__proto__', 'c'],
    ] as const;
    expect(requestHead('PATCH', 'People(1)?$select=a', fields)).toBe(
      'PATCH People(1)?$select=a HTTP/1.1\r\nPrefer: a\r\nPrefer: b\r\n__proto__: c\r\n\r\n',
    );
  });

  it('without fields is request line and empty line', () => {
    expect(requestHead('GET', 'x', [])).toBe('GET x HTTP/1.1\r\n\r\n');
  });
});

describe('responseHead', () => {
  it.each([
    [200, undefined, 'HTTP/1.1 200 OK\r\n\r\n'],
    [204, undefined, 'HTTP/1.1 204 No Content\r\n\r\n'],
    [204, '', 'HTTP/1.1 204 No Content\r\n\r\n'],
    [200, 'Fine', 'HTTP/1.1 200 Fine\r\n\r\n'],
    [299, undefined, 'HTTP/1.1 299 Success\r\n\r\n'],
  ])('of %i with %j always has a reason (H-17)', (status, statusText, head) => {
    expect(responseHead(status, statusText, [])).toBe(head);
  });

  it('has one line for each field', () => {
    expect(responseHead(200, undefined, [['ETag', 'x']])).toBe('HTTP/1.1 200 OK\r\nETag: x\r\n\r\n');
  });
});
