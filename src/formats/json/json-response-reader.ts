import { type AnswerReaders, ReceivedAnswer } from '../../batch/received-answer.ts';
import type { ReceivedPart } from '../../batch/received-item.ts';
import { Fault } from '../../fault.ts';
import { statusHasBody } from '../../http/http-message.ts';
import { reasonPhrase } from '../../http/reason-phrase.ts';
import { isContentId } from '../../odata/content-id.ts';
import type { Reading, Slice } from '../../reading.ts';
import { HeadersReader } from './headers-reader.ts';
import { ItemCounter } from './item-counter.ts';
import { JsonPath } from './json-path.ts';
import type { JsonScanner, RawValue } from './json-scanner.ts';
import { openJson } from './open-json.ts';
import { readBody } from './read-body.ts';
import { type Members, memberFault, readMembers } from './read-members.ts';
import { readText } from './read-text.ts';

const MEMBERS: ReadonlySet<string> = new Set(['id', 'atomicityGroup', 'status', 'headers', 'body']);
const NEXT_LINK = /^@(?:odata\.)?nextLink$/;

/** Reads the answers of a JSON response (OData 4.01 JSON Format, section 19.5). */
export class JsonResponseReader {
  readonly #scanner: JsonScanner;
  readonly #reading: Reading;
  readonly #readers: AnswerReaders;
  /** The same for bodies that stood in the message as text. */
  readonly #utf8Readers: AnswerReaders;
  readonly #onPart: (part: ReceivedPart) => void;
  readonly #headers: HeadersReader;
  readonly #counter: ItemCounter;
  /** Whether the message has `responses`: any other JSON is no batch. */
  isBatch = false;
  /** Where the rest of the answer is (J-22). */
  nextLink: string | undefined;

  /** @param onPart told each answer, in the order of the octets */
  constructor(body: Slice, reading: Reading, readers: AnswerReaders, onPart: (part: ReceivedPart) => void) {
    this.#scanner = openJson(body, reading);
    this.#reading = reading;
    this.#readers = readers;
    this.#utf8Readers = { ...readers, charset: 'utf-8' };
    this.#onPart = onPart;
    this.#headers = new HeadersReader(this.#scanner, 'response', reading);
    this.#counter = new ItemCounter(reading);
  }

  /**
   * Reads the message; throws a Fault at the first octet that can't be right, by when the answers before it have been told.
   * Returns the fault of a message that was cut off, where that is tolerated.
   */
  read(): Fault | undefined {
    try {
      this.#readMessage();
    } catch (error) {
      const isCut = error instanceof Fault && error.code === 'unexpected-end' && this.isBatch;
      if (!isCut || !this.#reading.tolerate.has('truncated')) throw error;
      this.#reading.warn('truncated', error.offset, '');
      return error;
    }
    return undefined;
  }

  #readMessage(): void {
    const scanner = this.#scanner;
    const message = scanner.peek();
    if (message !== 'object') {
      scanner.value();
      scanner.finish();
      return;
    }
    scanner.object((name, at) => {
      scanner.path = new JsonPath('', name);
      const kind = scanner.peek();
      if (name === 'responses' && kind === 'array') this.#readResponses(at);
      else if (NEXT_LINK.test(name) && kind === 'string') this.nextLink = scanner.text(scanner.value());
      else scanner.value();
      scanner.path = '';
    });
    scanner.finish();
  }

  #readResponses(at: number): void {
    const scanner = this.#scanner;
    const list = new JsonPath('', 'responses');
    if (this.isBatch)
      throw new Fault('duplicate-member', 'expected one "responses"', scanner.offsetOf(at), list);
    this.isBatch = true;
    let count = 0;
    scanner.array((index) => {
      const path = new JsonPath(list, index);
      scanner.path = path;
      const isObject = scanner.peek() === 'object';
      const start = scanner.at;
      if (!isObject) throw new Fault('invalid-member', 'expected an object', scanner.offsetOf(start), path);
      this.#onPart(this.#readResponse(start, path));
      scanner.path = list;
      count++;
    });
    if (count === 0) this.#reading.warn('empty-batch', scanner.offsetOf(at), '');
  }

  #readResponse(start: number, path: JsonPath): ReceivedPart {
    const members = readMembers(this.#scanner, MEMBERS, path);
    const status = this.#status(members, start, path);
    const id = this.#id(members.get('id'), new JsonPath(path, 'id'));
    const group = this.#text(members.get('atomicityGroup'), new JsonPath(path, 'atomicityGroup'));
    this.#counter.count(group);

    const raw = members.get('body');
    const hasBody = raw !== undefined && raw.kind !== 'null';
    const bodyPath = new JsonPath(path, 'body');
    const { headers, kind } = this.#headers.read(
      members.get('headers'),
      hasBody,
      new JsonPath(path, 'headers'),
    );
    const { bytes, isUtf8 } = readBody(raw, kind, this.#scanner, bodyPath, this.#reading);
    const offset = this.#scanner.offsetOf(hasBody ? raw.start : start);
    if (bytes.length > 0 && !statusHasBody(status)) this.#reading.warn('body-not-allowed', offset, bodyPath);
    const readers = isUtf8 ? this.#utf8Readers : this.#readers;
    const line = { status, statusText: reasonPhrase(status) };
    return { id, group, answer: new ReceivedAnswer(line, headers, bytes, readers, offset, bodyPath) };
  }

  /** Any number: one outside 100 to 599 is a server's error, not ours (H-20). */
  #status(members: Members, start: number, path: JsonPath): number {
    const raw = members.get('status');
    const scanner = this.#scanner;
    const status = raw?.kind === 'number' ? scanner.number(raw) : Number.NaN;
    if (Number.isInteger(status) && status >= 0) return status;
    const offset = scanner.offsetOf(raw?.start ?? start);
    throw new Fault('invalid-status', 'expected a number', offset, new JsonPath(path, 'status'));
  }

  /** Some services write numbers; what else an id may be, nobody who sent it will miss. */
  #id(raw: RawValue | undefined, path: JsonPath): string | undefined {
    const scanner = this.#scanner;
    const isNumber = raw?.kind === 'number';
    const id = isNumber ? String(scanner.number(raw)) : this.#text(raw, path);
    if (raw === undefined || id === undefined || (isContentId(id) && !isNumber)) return id;
    if (!this.#reading.tolerate.has('any-content-id')) {
      const message = 'expected an id of letters, digits, "-", ".", "_" and "~"';
      throw memberFault('invalid-content-id', message, scanner, raw, path);
    }
    this.#reading.warn('invalid-content-id', scanner.offsetOf(raw.start), path);
    return id;
  }

  #text(raw: RawValue | undefined, path: JsonPath): string | undefined {
    if (raw === undefined || raw.kind === 'null') return undefined;
    if (raw.kind === 'string') return readText(raw, this.#scanner, this.#reading);
    throw memberFault('invalid-member', 'expected a string', this.#scanner, raw, path);
  }
}
