import { expect, test } from 'vitest';
import { JsonPath } from '../../../../src/formats/json/json-path.ts';

test('a path is put into words as JavaScript would write it', () => {
  const request = new JsonPath(new JsonPath('', 'requests'), 2);
  expect(String(request)).toBe('requests[2]');
  expect(String(new JsonPath(request, 'method'))).toBe('requests[2].method');
  expect(String(new JsonPath(new JsonPath(request, 'headers'), 'if-match'))).toBe(
    'requests[2].headers.if-match',
  );
  expect(String(new JsonPath(new JsonPath(request, 'dependsOn'), 0))).toBe('requests[2].dependsOn[0]');
});
