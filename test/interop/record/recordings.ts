import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { compactJson } from './compact-json.ts';
import { Normaliser } from './normalise.ts';
import type { Exchange, RecordedMessage } from './record-exchanges.ts';
import { type SplitMessage, splitMultipart } from './split-message.ts';

type Nested<T> = readonly (T | readonly T[])[];
type Outcome = 'succeeded' | 'failed' | 'rolled-back' | 'not-executed' | 'unknown' | 'pending';
type Version = '2.0' | '3.0' | '4.0';

interface Named {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly string[];
  /** Who sent and who answered. */
  readonly between: string;
  readonly version: Version;
}

export interface RequestRecording extends Named {
  /** Written by hand: the request lines that the client was asked for. */
  readonly asked: Nested<string>;
  /** What a strict decoder refuses, by name, and the text at which it does. */
  readonly tolerance?: {
    readonly name: string;
    readonly code: string;
    readonly path: string;
    readonly at: RegExp;
  };
}

export interface ResponseRecording extends Named {
  /** Written by hand: the statuses on the wire, and what became of each request. */
  readonly statuses: Nested<number>;
  readonly outcomes: Nested<Outcome>;
  readonly continueOnError?: true;
}

export interface RefusedResponseRecording extends Named {
  /** Written by hand: the error, and the text that a strict decoder can't read. */
  readonly error: { readonly code: string; readonly path: string; readonly at: RegExp };
}

/**
 * The pairs of files of `spec-fixtures/recorded`. What they mean is cut out by `split-message.ts`, which shares
 * no code with the codec, and must agree with what the scenario wrote by hand.
 */
export class Recordings {
  /** Contents by name. */
  readonly files = new Map<string, string>();

  request(exchange: Exchange, recording: RequestRecording): void {
    const { contentType, body } = this.#message(exchange.request, new Normaliser());
    const expected = splitMultipart(body, contentType);
    assert.deepEqual(mapNested(expected, requestLine), recording.asked, recording.name);
    const { tolerance } = recording;
    this.#add(recording, body, {
      source: `${recording.between}; cut up by test/interop/record/split-message.ts, request lines by hand`,
      kind: 'request',
      contentType,
      version: recording.version,
      ...(tolerance === undefined
        ? {}
        : { tolerate: [tolerance.name], strict: { code: tolerance.code, ...place(body, tolerance) } }),
      expected: mapNested(expected, ({ startLine, ...rest }) => {
        const [method, url] = startLine.split(' ');
        return { method, url, ...rest };
      }),
    });
  }

  response(exchange: Exchange, recording: ResponseRecording): void {
    const normaliser = new Normaliser();
    const sent = this.#message(exchange.request, normaliser);
    const { contentType, body } = this.#message(exchange.response, normaliser);
    const expected = splitMultipart(body, contentType);
    assert.deepEqual(mapNested(expected, status), recording.statuses, recording.name);
    this.#add(recording, body, {
      source: `${recording.between}; cut up by test/interop/record/split-message.ts, statuses and outcomes by hand`,
      kind: 'response',
      status: exchange.status,
      contentType,
      version: recording.version,
      expected: mapNested(expected, ({ startLine, ...rest }) => {
        const [, code, statusText] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(startLine) ?? [];
        return { status: Number(code), statusText, ...rest };
      }),
      requests: mapNested(splitMultipart(sent.body, sent.contentType), ({ startLine, id }) => {
        const [method, url] = startLine.split(' ');
        return { method, url, ...(id === undefined ? {} : { id }) };
      }),
      outcomes: recording.outcomes,
      ...(recording.continueOnError && { continueOnError: true }),
    });
  }

  refusedResponse(exchange: Exchange, recording: RefusedResponseRecording): void {
    const { contentType, body } = this.#message(exchange.response, new Normaliser());
    this.#add(recording, body, {
      source: `${recording.between}; the error by hand`,
      kind: 'response',
      status: exchange.status,
      contentType,
      version: recording.version,
      error: { code: recording.error.code, ...place(body, recording.error) },
    });
  }

  /** Replaces all files of the folder, only now that every scenario has gone as it should. */
  readonly write = async (folder: string): Promise<void> => {
    await mkdir(folder, { recursive: true });
    for (const file of await readdir(folder)) {
      if (/\.(?:http|json)$/.test(file)) await rm(`${folder}/${file}`);
    }
    for (const [file, content] of this.files) await writeFile(`${folder}/${file}`, content);
  };

  #message(
    { headers, body }: RecordedMessage,
    normaliser: Normaliser,
  ): { contentType: string; body: string } {
    const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    const bytes = normaliser.bytes(body);
    const text = bytes.toString();
    assert.ok(Buffer.from(text).equals(bytes), 'a recording that is no UTF-8 needs base64 bodies');
    assert.doesNotMatch(text, /SharedKey|Authorization/i);
    return { contentType: normaliser.text(contentType), body: text };
  }

  #add({ name, title, rules }: Named, body: string, meaning: object): void {
    assert.ok(!this.files.has(`${name}.http`), `two recordings named ${name}`);
    this.files.set(`${name}.http`, body);
    this.files.set(`${name}.json`, `${compactJson({ title, rules, ...meaning })}\n`);
  }
}

function requestLine({ startLine }: SplitMessage): string {
  return startLine.replace(/ HTTP\/1\.1$/, '');
}

function status({ startLine }: SplitMessage): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(startLine)?.[1]);
}

function place(
  body: string,
  { path, at }: { path: string; at: RegExp },
): { offset: number; line: number; path: string } {
  const before = body.slice(0, body.search(at));
  assert.ok(at.test(body), `${at} is not in the recording`);
  return { offset: Buffer.byteLength(before), line: before.split('\n').length, path };
}

function mapNested<T, R>(list: Nested<T>, map: (item: T) => R): (R | R[])[] {
  return list.map((item) => (Array.isArray(item) ? (item as T[]).map(map) : map(item as T)));
}
