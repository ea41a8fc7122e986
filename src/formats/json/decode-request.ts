import { allowedHeaders } from '../../batch/allowed-headers.ts';
import { isBatchUrl } from '../../batch/batch-url.ts';
import { BodyReader } from '../../batch/body-reader.ts';
import { DecodedOperation } from '../../batch/decoded-batch.ts';
import type { RequestSettings } from '../../batch/request-settings.ts';
import type { SyntaxErrorCode } from '../../errors.ts';
import { Fault } from '../../fault.ts';
import { isContentId, parseUrlReference } from '../../odata/content-id.ts';
import type { Reading, Slice } from '../../reading.ts';
import { Dependencies } from './dependencies.ts';
import { HeadersReader } from './headers-reader.ts';
import { ItemCounter } from './item-counter.ts';
import { JsonPath } from './json-path.ts';
import type { JsonScanner, RawValue } from './json-scanner.ts';
import { openJson } from './open-json.ts';
import { readBody } from './read-body.ts';
import { type Members, memberFault, readMembers } from './read-members.ts';
import { readText } from './read-text.ts';

const MEMBERS: ReadonlySet<string> = new Set([
  'id',
  'method',
  'url',
  'atomicityGroup',
  'dependsOn',
  'if',
  'headers',
  'body',
]);
const METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'PATCH', 'POST', 'PUT']);
const BODILESS: ReadonlySet<string> = new Set(['DELETE', 'GET']);

type Item = DecodedOperation | DecodedOperation[];

/** Reads the operations of a JSON request (OData 4.01 JSON Format, section 19.1). */
export function decodeJsonRequest(body: Slice, reading: Reading, settings: RequestSettings): Item[] {
  return new JsonRequestReader(body, reading, settings).read();
}

class JsonRequestReader {
  readonly #scanner: JsonScanner;
  readonly #reading: Reading;
  readonly #settings: RequestSettings;
  /** The same for bodies that stood in the message as text. */
  readonly #utf8Settings: RequestSettings;
  readonly #headers: HeadersReader;
  readonly #counter: ItemCounter;
  readonly #dependencies: Dependencies;
  readonly #items: Item[] = [];
  #isBatch = false;
  /** The change set of the last request. */
  #group: string | undefined;

  constructor(body: Slice, reading: Reading, settings: RequestSettings) {
    this.#scanner = openJson(body, reading);
    this.#reading = reading;
    this.#settings = settings;
    this.#utf8Settings = { ...settings, charset: 'utf-8' };
    this.#headers = new HeadersReader(this.#scanner, 'request', reading);
    this.#counter = new ItemCounter(reading);
    this.#dependencies = new Dependencies(reading);
  }

  read(): Item[] {
    try {
      this.#readMessage();
    } catch (error) {
      const isCut = error instanceof Fault && error.code === 'unexpected-end';
      if (!isCut || !this.#reading.tolerate.has('truncated')) throw error;
      this.#reading.warn('truncated', error.offset, '');
      // Nobody knows whether more of the last change set was to come.
      if (this.#group !== undefined) this.#items.pop();
    }
    this.#dependencies.end();
    return this.#items;
  }

  #readMessage(): void {
    const scanner = this.#scanner;
    if (scanner.peek() !== 'object') throw this.#notABatch();
    scanner.object((name, at) => {
      const path = new JsonPath('', name);
      scanner.path = path;
      if (name === 'requests') this.#readRequests(at, path);
      else if (name.includes('@')) scanner.value();
      else throw new Fault('unknown-member', 'expected "requests"', scanner.offsetOf(at), path);
      scanner.path = '';
    });
    scanner.finish();
    if (!this.#isBatch) throw this.#notABatch();
  }

  #notABatch(): Fault {
    const message = 'expected a JSON object with the array "requests"';
    return new Fault('not-a-batch', message, this.#scanner.offsetOf(0), '');
  }

  #readRequests(at: number, path: JsonPath): void {
    const scanner = this.#scanner;
    const fault = (code: SyntaxErrorCode, text: string) => new Fault(code, text, scanner.offsetOf(at), path);
    if (this.#isBatch) throw fault('duplicate-member', 'expected one "requests"');
    this.#isBatch = true;
    if (scanner.peek() !== 'array') throw fault('invalid-member', 'expected an array');
    let count = 0;
    scanner.array((index) => {
      const requestPath = new JsonPath(path, index);
      scanner.path = requestPath;
      this.#readRequest(requestPath);
      scanner.path = path;
      count++;
    });
    if (count === 0) this.#reading.warn('empty-batch', scanner.offsetOf(at), '');
  }

  #readRequest(path: JsonPath): void {
    const scanner = this.#scanner;
    const isObject = scanner.peek() === 'object';
    const start = scanner.at;
    const object: RequestObject = { path, offset: scanner.offsetOf(start), members: new Map() };
    if (!isObject) throw new Fault('invalid-member', 'expected an object', object.offset, path);
    const members = readMembers(scanner, MEMBERS, path, (memberPath, offset) => {
      const expected = [...MEMBERS].join(', ');
      throw new Fault('unknown-member', `expected one of ${expected}`, offset, memberPath);
    });
    this.#addOperation({ ...object, members });
  }

  #addOperation(object: RequestObject): void {
    const method = this.#method(object);
    const url = this.#url(object);
    const id = this.#id(object);
    const group = this.#groupOf(object);
    this.#counter.count(group);
    const needed = this.#dependencies.add({
      id,
      group,
      names: this.#dependsOn(object),
      reference: parseUrlReference(url)?.id,
      fault: (member, code, message) => this.#fault(code, message, object, member),
    });

    const operation = new DecodedOperation({
      method,
      url,
      id,
      idPlacement: undefined,
      serviceRoot: this.#settings.serviceRoot,
      reader: this.#body(object, method),
      atomicityGroup: group,
      ...(needed.length > 0 && { dependsOn: needed }),
      if: this.#condition(object),
    });
    const last = this.#items.at(-1);
    if (group === undefined) this.#items.push(operation);
    else if (group === this.#group && Array.isArray(last)) last.push(operation);
    else this.#items.push([operation]);
    this.#group = group;
  }

  #method(object: RequestObject): string {
    // The literals of the format match in any letter case (J-05).
    const method = this.#text(object, 'method')?.toUpperCase();
    if (method !== undefined && METHODS.has(method)) return method;
    throw this.#fault('invalid-method', `expected one of ${[...METHODS].join(', ')}`, object, 'method');
  }

  #url(object: RequestObject): string {
    const url = this.#text(object, 'url') ?? '';
    // Spaces stand in examples of the format itself; in JSON they are no danger to what is behind them.
    if (!/^[\x20-\x7e]+$/.test(url)) {
      throw this.#fault('invalid-target', 'expected a URL of printable ASCII characters', object, 'url');
    }
    if (isBatchUrl(url))
      throw this.#fault('nested-batch', 'a batch must not hold another batch', object, 'url');
    return url;
  }

  #id(object: RequestObject): string | undefined {
    const id = this.#text(object, 'id');
    if (id !== undefined) return this.#checkedName(id, object, 'id');
    if (this.#reading.tolerate.has('missing-content-id')) return undefined;
    throw this.#fault('missing-content-id', 'expected an id', object, 'id');
  }

  #groupOf(object: RequestObject): string | undefined {
    const group = this.#text(object, 'atomicityGroup');
    return group === undefined ? undefined : this.#checkedName(group, object, 'atomicityGroup');
  }

  #checkedName(name: string, object: RequestObject, member: string): string {
    if (isContentId(name)) return name;
    const fault = this.#fault(
      'invalid-content-id',
      'expected letters, digits, "-", ".", "_" and "~"',
      object,
      member,
    );
    if (!this.#reading.tolerate.has('any-content-id')) throw fault;
    this.#reading.warn('invalid-content-id', fault.offset, fault.path);
    return name;
  }

  #dependsOn(object: RequestObject): string[] {
    const raw = object.members.get('dependsOn');
    if (raw === undefined) return [];
    const scanner = this.#scanner;
    const path = new JsonPath(object.path, 'dependsOn');
    if (raw.kind !== 'array') {
      throw memberFault('invalid-member', 'expected an array of strings', scanner, raw, path);
    }
    const names: string[] = [];
    scanner.reread(raw, () =>
      scanner.array((index) => {
        const name = scanner.value();
        if (name.kind !== 'string') {
          const namePath = new JsonPath(path, index);
          throw memberFault('invalid-member', 'expected a string', scanner, name, namePath);
        }
        names.push(readText(name, scanner, this.#reading));
      }),
    );
    return names;
  }

  #condition(object: RequestObject): string | undefined {
    const condition = this.#text(object, 'if');
    if (condition !== '') return condition;
    throw this.#fault('invalid-member', 'expected an expression', object, 'if');
  }

  #body(object: RequestObject, method: string): BodyReader {
    const { path, members, offset } = object;
    const raw = members.get('body');
    const hasBody = raw !== undefined && raw.kind !== 'null';
    if (hasBody && BODILESS.has(method)) {
      throw this.#fault('body-not-allowed', `expected no body behind ${method}`, object, 'body');
    }
    const fault = (code: SyntaxErrorCode, text: string) => this.#fault(code, text, object, 'headers');
    const read = this.#headers.read(members.get('headers'), hasBody, new JsonPath(path, 'headers'));
    const headers = allowedHeaders(read.headers, this.#settings, this.#reading, fault);
    const bodyPath = new JsonPath(path, 'body');
    const { bytes, isUtf8 } = readBody(raw, read.kind, this.#scanner, bodyPath, this.#reading);
    const source = isUtf8 ? this.#utf8Settings : this.#settings;
    return new BodyReader(
      headers,
      bytes,
      source,
      hasBody ? this.#scanner.offsetOf(raw.start) : offset,
      bodyPath,
    );
  }

  /** The text of a member; undefined where it is absent. */
  #text({ members, path }: RequestObject, name: string): string | undefined {
    const raw = members.get(name);
    if (raw === undefined) return undefined;
    if (raw.kind === 'string') return readText(raw, this.#scanner, this.#reading);
    throw memberFault('invalid-member', 'expected a string', this.#scanner, raw, new JsonPath(path, name));
  }

  /** A fault of a member, or of the object that lacks it. */
  #fault(code: SyntaxErrorCode, message: string, object: RequestObject, member: string): Fault {
    const raw: RawValue | undefined = object.members.get(member);
    const offset = raw === undefined ? object.offset : this.#scanner.offsetOf(raw.start);
    return new Fault(code, message, offset, new JsonPath(object.path, member));
  }
}

/** One object of `requests`. */
interface RequestObject {
  readonly path: JsonPath;
  /** Where it begins. */
  readonly offset: number;
  readonly members: Members;
}
