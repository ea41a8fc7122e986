import { type AdversarialShape, operations } from './adversarial-shapes.ts';

/** About so many octets of objects, or texts, made by number. */
function listed(size: number, text: (index: number) => string): string {
  return Array.from({ length: Math.ceil(size / text(1).length) }, (_, index) => text(index)).join(',');
}

const requests = (list: string) => `{"requests":[${list}]}`;
const responses = (list: string) => `{"responses":[${list}]}`;
const withBody = (type: string, body: string) =>
  requests(`{"id":"1","method":"put","url":"A","headers":{"content-type":"${type}"},"body":${body}}`);
const get = (id: string | number, more = '') => `{"id":"${id}","method":"get","url":"A"${more}}`;

const request = { kind: 'request', unit: 'octets', batch: () => operations(1) } as const;
const response = { ...request, kind: 'response' } as const;
const answers = { kind: 'response', unit: 'parts', batch: operations } as const;

const grouped = (index: number) => {
  const group = Math.floor(index / 10);
  const needs = group === 0 ? '' : `,"dependsOn":["g${group - 1}"]`;
  return get(index, `,"atomicityGroup":"g${group}"${needs}`);
};

/** Batches in JSON that are made to take long. */
export const ADVERSARIAL_JSON: readonly AdversarialShape[] = [
  { ...request, name: 'many requests', message: (size) => requests(listed(size, get)) },
  {
    ...request,
    name: 'one change set',
    message: (size) => requests(listed(size, (index) => get(index, ',"atomicityGroup":"g"'))),
  },
  {
    ...request,
    name: 'change sets that each depend on the one before',
    message: (size) => requests(listed(size, grouped)),
  },
  {
    ...request,
    name: 'one that depends on all',
    message: (size) => {
      const needed = listed(size / 50, (index) => `"${index}"`);
      return requests(`${listed(size, get)},${get('x', `,"dependsOn":[${needed}]`)}`);
    },
  },
  {
    ...request,
    name: 'many that refer to one',
    message: (size) =>
      requests(
        `${get('a')},${listed(size, (index) => `{"id":"${index}","method":"get","url":"$a/B","dependsOn":["a"]}`)}`,
      ),
  },
  {
    ...request,
    name: 'annotations',
    message: (size) => requests(get(1, `,${listed(size, (index) => `"@x${index}":1`)}`)),
  },
  {
    ...request,
    name: 'a deep body',
    message: (size) => withBody('application/json', `${'['.repeat(size / 2)}${']'.repeat(size / 2)}`),
  },
  {
    ...request,
    name: 'a body of objects',
    message: (size) =>
      withBody('application/json', `[${listed(size, (index) => `{"":[${index},-1.5e3,null]}`)}]`),
  },
  { ...request, name: 'a long number', message: (size) => withBody('application/json', '1'.repeat(size)) },
  {
    ...request,
    name: 'a text of escapes',
    message: (size) => withBody('text/plain', `"${'\\u0041\\n'.repeat(size / 8)}"`),
  },
  {
    ...request,
    name: 'a text of umlauts',
    message: (size) => withBody('text/plain', `"${'ä'.repeat(size / 2)}"`),
  },
  {
    ...request,
    name: 'a body of base64',
    message: (size) => withBody('image/png', `"${'QUJD'.repeat(size / 4)}"`),
  },
  {
    ...request,
    name: 'white space',
    message: (size) => `{${' '.repeat(size)}"requests"${'\n'.repeat(size)}:[]}`,
  },
  {
    ...request,
    name: 'open brackets',
    message: (size) => `{"requests":[{"body":${'['.repeat(size)}`,
    code: 'unexpected-end',
  },
  {
    ...request,
    name: 'open names',
    message: (size) => `{"requests":[{"@x":${'{"a":'.repeat(size / 5)}`,
    code: 'unexpected-end',
  },
  {
    ...request,
    name: 'quotes',
    message: (size) => `{"requests":[${'"'.repeat(size)}`,
    code: 'invalid-member',
  },
  {
    ...response,
    name: 'members that nobody knows',
    message: (size) =>
      responses(`{"id":"1","status":200,${listed(size, (index) => `"x${index}":{"a":[1]}`)}}`),
  },
  {
    ...response,
    name: 'a header of many values',
    message: (size) => responses(`{"id":"1","status":200,"headers":{"a":[${listed(size, () => '"b"')}]}}`),
  },
  {
    ...answers,
    name: 'answers in reverse order',
    message: (size) =>
      responses(
        Array.from({ length: size }, (_, index) => `{"id":"${size - index}","status":200}`).join(','),
      ),
  },
  {
    ...answers,
    name: 'headers again and again',
    message: (size) =>
      responses(
        Array.from(
          { length: size },
          (_, index) => `{"id":"${index + 1}","status":200,"headers":{"x":"${index}","y":[1,"2"]}}`,
        )
          .join(',')
          .replaceAll('[1,', '["1",'),
      ),
  },
  {
    ...answers,
    name: 'members of many change sets, in turn',
    message: (size) =>
      responses(
        [0, 1]
          .flatMap((member) =>
            Array.from({ length: size }, (_, set) => `{"id":"${2 * set + member + 1}","status":400}`),
          )
          .join(','),
      ),
    batch: (size) => Array.from({ length: size }, () => operations(2)),
  },
];
