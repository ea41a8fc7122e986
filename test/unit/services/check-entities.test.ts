import { describe, expect, it } from 'vitest';
import type { GivenOperation } from '../../../src/batch/service.ts';
import { checkEntities } from '../../../src/services/check-entities.ts';
import { parseServiceRoot } from '../../../src/services/parsed-url.ts';

const root = parseServiceRoot('https://account.example/');
const KEYS = { shared: ['PartitionKey'], distinct: ['PartitionKey', 'RowKey'] };

/** What is wrong with a change set of these URLs; a body behind `|` is that of a POST. */
function check(...operations: readonly string[]): string[] {
  const changeSet = operations.map((text, index): GivenOperation => {
    const [url = '', body] = text.split('|');
    const method = body === undefined ? 'PUT' : 'POST';
    const flags = { isDependent: false, isTarget: false, headers: undefined };
    return { index, path: [0, index], id: String(index), method, url, body, ...flags };
  });
  return checkEntities(KEYS, changeSet, root).map(({ index, code }) => `${index}: ${code}`);
}

describe('the entities of a change set', () => {
  it.each([
    [["T(PartitionKey='p',RowKey='1')", "T(RowKey='2',PartitionKey='p')"], []],
    [["T(PartitionKey='p',RowKey='1')", "T(PartitionKey='q',RowKey='2')"], ['1: keys-differ']],
    [["T(PartitionKey='p',RowKey='1')", "T(RowKey='1', PartitionKey='p')"], ['1: repeated-entity']],
    [
      ["/T(PartitionKey='p',RowKey='1')", "https://account.example/T(PartitionKey='p',RowKey='1')"],
      ['1: repeated-entity'],
    ],
    [["T(PartitionKey='p',RowKey='1')", "t(PartitionKey='p',RowKey='1')"], ['1: keys-differ']],
    [["T(PartitionKey='p',RowKey='1')", "S(PartitionKey='p',RowKey='1')"], ['1: keys-differ']],
    [["T(PartitionKey='p',RowKey='1')", "T(PartitionKey='%70',RowKey='%31')"], ['1: repeated-entity']],
    [["T(PartitionKey='p',RowKey='1')?x", "T(PartitionKey='p',RowKey='1')?y"], ['1: repeated-entity']],
    [['T|{"PartitionKey":"p","RowKey":"1"}', "T(PartitionKey='p',RowKey='1')"], ['1: repeated-entity']],
    [['T|{"PartitionKey":"O\'Neil","RowKey":"1"}', "T(PartitionKey='O''Neil',RowKey='2')"], []],
    [['T|{"PartitionKey":"p","RowKey":"1"}', 'T|{"PartitionKey":"q","RowKey":"1"}'], ['1: keys-differ']],
    [['T|{"PartitionKey":"p"}', 'T|{"PartitionKey":"p"}', 'T|not JSON', 'T|[]', 'T|{"PartitionKey":5}'], []],
    [['T|x', "T(PartitionKey='p',RowKey='1')", "T(PartitionKey='q',RowKey='1')"], ['2: keys-differ']],
    [["$1(PartitionKey='p')", "https://other.example/T(PartitionKey='q',RowKey='1')", ''], []],
    [['T(5)', "T('p')", 'T(a=1,b=2)', 'T(a=1,b=2)', "T(PartitionKey='p',RowKey='%')"], []],
  ])('%j: %j', (operations, expected) => {
    expect(check(...operations)).toEqual(expected);
  });
});
