import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../examples/describe-failure.ts';
import { readRequests } from '../../examples/requests-file.ts';
import { startArguments, USAGE } from '../../examples/start-arguments.ts';
import { rejectionOf } from '../unit/catch-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'requests-'));
afterAll(() => rmSync(folder, { recursive: true }));

const messageOf = (...args: readonly string[]): string => {
  try {
    startArguments(args);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('npm start', () => {
  it.each([
    ['https://h/odata/', 'https://h/odata/$batch'],
    ['https://h/odata', 'https://h/odata/$batch'],
    ['https://h', 'https://h/$batch'],
    ['https://h/odata/$batch', 'https://h/odata/$batch'],
    ['https://h/odata/%24BATCH/', 'https://h/odata/%24BATCH/'],
    ['https://h/odata/?sap-client=1', 'https://h/odata/$batch?sap-client=1'],
  ])('sends to the batch endpoint of %s', (url, endpoint) => {
    expect(startArguments(['--url', url, '--requests', 'f'])).toMatchObject({ task: 'send', url: endpoint });
  });

  it.each([
    [['--foo'], "Unknown option '--foo'"],
    [['--url'], "Option '--url <value>' argument missing"],
    [['stray'], "Unexpected argument 'stray'"],
    [['--url', 'http://h/'], '--url and --requests go together'],
    [['--requests', 'f'], '--url and --requests go together'],
    [
      ['--header', 'a: b', '--continue-on-error'],
      '--header and --continue-on-error: only with --url and --requests',
    ],
    [
      ['--service', 'ecwid', '--url', 'http://h/', '--requests', 'f'],
      '--service ecwid is shown against a double only',
    ],
    [['--url', 'h', '--requests', 'f'], '--url takes an absolute URL, not "h"'],
    [['--url', 'ftp://h/', '--requests', 'f'], '--url takes an http: or https: URL, not ftp:'],
    [
      ['--url', 'http://h/', '--requests', 'f', '--odata-version', '5'],
      '--odata-version takes one of 2.0, 3.0, 4.0, 4.01',
    ],
    [['--url', 'http://h/', '--requests', 'f', '--header', 'secret'], '--header takes "Name: value"'],
  ])('says what is wrong with %j, and how it is used', (args, message) => {
    expect(messageOf(...args)).toContain(message);
    expect(messageOf(...args)).toContain(USAGE);
  });

  it.each([
    ['{', ['no-json.json: ']],
    ['{}', ['is no list of requests:', '\n  requests: ']],
    ['[]', ['\n  requests: ']],
    [
      '[{"method":"GET"},[{"method":"POST","url":"a","bodi":1}],3]',
      ['\n  requests[0].url: ', '\n  requests[1][0]: Unrecognized key: "bodi"', '\n  requests[2]: '],
    ],
  ])('names the places of a wrong requests file: %s', async (text, expected) => {
    const file = join(folder, 'no-json.json');
    writeFileSync(file, text);
    const { message } = (await rejectionOf(readRequests(file))) as Error;
    for (const part of expected) expect(message).toContain(part);
    expect(message).not.toContain('"code"');
  });

  it('names host and reason of a connection that failed', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const failure = await rejectionOf(fetch(`http://127.0.0.1:${port}/`));
    expect(describeFailure(failure as Error)).toBe(
      `fetch failed (ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:${port})`,
    );
  });
});
