import { describe, expect, it } from 'vitest';
import { parameterOf, parseMediaType } from '../../../src/mime/media-type.ts';

const boundaryIn = (value: string) => {
  const mediaType = parseMediaType(value);
  return mediaType && parameterOf(mediaType, 'boundary');
};

describe('parseMediaType', () => {
  it('takes type and subtype in any letter case (M-05)', () => {
    expect(parseMediaType('mUltIpArt/mIxEd')).toEqual({ essence: 'multipart/mixed', parameters: [] });
  });

  it.each([
    {
      title: 'a name in any letter case, a value as it is (M-05)',
      value: 'multipart/mixed; BOUNDary=Ab',
      boundary: 'Ab',
    },
    { title: 'no space at the semicolon (M-06)', value: 'multipart/mixed;boundary=b', boundary: 'b' },
    {
      title: 'white space at the semicolons (M-06)',
      value: 'multipart/mixed \t; \t boundary=b ;',
      boundary: 'b',
    },
    { title: 'white space at the equals sign', value: 'multipart/mixed; boundary = b', boundary: 'b' },
    {
      title: 'parameters before and behind it (M-06)',
      value: 'multipart/mixed;charset=utf-8;boundary=b;x="a;boundary=c"',
      boundary: 'b',
    },
    { title: 'quotes (M-07)', value: 'multipart/mixed; boundary="a b:c=d"', boundary: 'a b:c=d' },
    { title: 'a semicolon in quotes (M-07)', value: 'multipart/mixed; boundary="a;b"; x=1', boundary: 'a;b' },
    { title: 'a quoted pair (M-07)', value: 'multipart/mixed; boundary="a\\-b\\"c"', boundary: 'a-b"c' },
    { title: 'a comment (M-08)', value: 'multipart/mixed (a; boundary=x); (y) boundary=b', boundary: 'b' },
    {
      title: 'a comment with a quoted pair (M-08)',
      value: 'multipart/mixed (a\\)b); boundary=b',
      boundary: 'b',
    },
    {
      title: 'tspecials without quotes (M-09)',
      value: 'multipart/mixed; boundary=batch(36522ad7-fc75)',
      boundary: 'batch(36522ad7-fc75)',
    },
    {
      title: 'an equals sign without quotes (M-09)',
      value: 'multipart/mixed; boundary=a=b:c/d',
      boundary: 'a=b:c/d',
    },
    { title: 'white space behind it (M-11)', value: 'multipart/mixed; boundary=b \t', boundary: 'b' },
    {
      title: 'white space at the end of the quotes (M-11)',
      value: 'multipart/mixed; boundary="b "',
      boundary: 'b',
    },
    { title: 'an empty parameter', value: 'multipart/mixed;; boundary=b', boundary: 'b' },
    { title: 'an empty value', value: 'multipart/mixed; boundary=', boundary: '' },
    { title: 'a folded line (M-41)', value: 'multipart/mixed;\r\n boundary="b"', boundary: 'b' },
  ])('reads $title', ({ value, boundary }) => {
    expect(boundaryIn(value)).toBe(boundary);
  });

  it('keeps two parameters of one name apart, so that they can be refused (M-10)', () => {
    expect(parseMediaType('multipart/mixed; boundary=a; Boundary=b')?.parameters).toEqual([
      ['boundary', 'a'],
      ['boundary', 'b'],
    ]);
  });

  it('does not find a parameter whose name only ends in the one looked for', () => {
    expect(boundaryIn('multipart/mixed; x-boundary=b')).toBeUndefined();
  });

  it.each([
    '',
    ' ',
    'multipart',
    'multipart/',
    '/mixed',
    'multipart/mixed boundary=b',
    'a/b; =c',
    'a/b; c',
    'a/b; c="d',
    'a/b; "c"=d',
  ])('gives undefined for %j', (value) => {
    expect(parseMediaType(value)).toBeUndefined();
  });
});
