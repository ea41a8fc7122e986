import { allowedHeaders } from '../../batch/allowed-headers.ts';
import { isBatchUrl } from '../../batch/batch-url.ts';
import { BodyReader } from '../../batch/body-reader.ts';
import { DecodedOperation } from '../../batch/decoded-batch.ts';
import { type FaultMaker, forwardReference, OpenReferences } from '../../batch/open-references.ts';
import type { RequestSettings } from '../../batch/request-settings.ts';
import { BlockMemo } from '../../bytes/block-memo.ts';
import { Fault } from '../../fault.ts';
import { type HeadMemo, parseHttpRequest } from '../../http/http-message.ts';
import type { RequestLine } from '../../http/start-line.ts';
import { parseUrlReference } from '../../odata/content-id.ts';
import { placeOfMethod, type VersionRules } from '../../odata/version.ts';
import type { Reading, Slice } from '../../reading.ts';
import { contentIdOf } from './content-id-of.ts';
import { type BatchEvents, type MessagePart, readBatch } from './read-batch.ts';

/** The operations of a request and the boundaries that framed them. */
export interface ReadRequest {
  readonly items: (DecodedOperation | DecodedOperation[])[];
  readonly boundaries: string[];
}

/** Reads the operations of a multipart request. Nothing inside a body can become an operation: parts are cut first, read then. */
export function decodeMultipartRequest(
  body: Slice,
  boundary: string,
  reading: Reading,
  settings: RequestSettings,
): ReadRequest {
  const boundaries = [boundary];
  const items: (DecodedOperation | DecodedOperation[])[] = [];
  const reader = new RequestReader(reading, settings, {
    item: (item) => items.push(item),
    changeSetBegin: (inner) => boundaries.push(inner),
  });
  readBatch<DecodedOperation>(body, boundary, reading, reader);
  reader.end();
  return { items, boundaries };
}

/** What a {@link RequestReader} tells. */
export interface RequestEvents {
  item(item: DecodedOperation | DecodedOperation[]): void;
  changeSetBegin?(boundary: string): void;
}

/** Makes operations of parts and keeps the rules between them: methods, ids, references. */
export class RequestReader implements BatchEvents<DecodedOperation> {
  readonly #reading: Reading;
  readonly #settings: RequestSettings;
  readonly #events: RequestEvents;
  readonly #ids: IdRegister;
  readonly #memo: HeadMemo<RequestLine> = new BlockMemo();
  readonly #references = new OpenReferences();

  constructor(reading: Reading, settings: RequestSettings, events: RequestEvents) {
    this.#reading = reading;
    this.#settings = settings;
    this.#events = events;
    this.#ids = new IdRegister(settings.version, reading);
  }

  message(part: MessagePart, reading: Reading = this.#reading): DecodedOperation {
    const settings = this.#settings;
    const request = parseHttpRequest(part.content, part.path, reading, this.#memo);
    const fault: FaultMaker = (code, text) => new Fault(code, text, request.offset, part.path);
    const { method, target } = request.line;
    const isMisplaced = part.inChangeSet && placeOfMethod(method, settings.version) === 'outside';
    if (isMisplaced && !reading.tolerate.has('get-in-change-set')) {
      throw fault('method-in-change-set', `${method} may not stand in a change set`);
    }
    if (isBatchUrl(target)) throw fault('nested-batch', 'a batch must not hold another batch');

    const found = contentIdOf(part, request.headers, reading);
    const reference = parseUrlReference(target);
    if (reference !== undefined) {
      if (this.#ids.has(reference.id)) this.#ids.borrow(reference.id, fault);
      else this.#references.add(reference.id, fault);
    }
    this.#ids.add(found?.id, part);
    const headers = allowedHeaders(request.headers, settings, reading, fault);
    return new DecodedOperation({
      method,
      url: target,
      id: found?.id,
      idPlacement: found?.placement,
      serviceRoot: settings.serviceRoot,
      reader: new BodyReader(headers, request.body, settings, request.offset, part.path),
    });
  }

  changeSetBegin(boundary: string): void {
    this.#events.changeSetBegin?.(boundary);
    this.#ids.enterChangeSet();
  }

  unclosed(fault: Fault): void {
    if (!this.#reading.tolerate.has('missing-inner-close')) throw fault;
    this.#reading.warn('missing-inner-close', fault.offset, fault.path);
  }

  emptyChangeSet(fault: Fault): void {
    throw fault;
  }

  item(item: DecodedOperation | DecodedOperation[]): void {
    this.#events.item(item);
  }

  /** Tells the references that lead nowhere. */
  end(): void {
    this.#references.end((id) => this.#ids.has(id));
  }
}

/** The Content-IDs so far: missed where the version asks for them (B-14), once each in their scope (B-18). */
class IdRegister {
  readonly #reading: Reading;
  readonly #all = new Set<string>();
  #inChangeSet = new Set<string>();
  /** References of the change set to ids of others before it. */
  #borrowed = new Map<string, FaultMaker>();
  readonly #required: boolean;
  readonly #perChangeSet: boolean;

  constructor(version: VersionRules, reading: Reading) {
    this.#reading = reading;
    this.#required = version.contentIdRequired;
    this.#perChangeSet =
      version.contentIdScope === 'change-set' || reading.tolerate.has('content-id-per-change-set');
  }

  enterChangeSet(): void {
    this.#inChangeSet = new Set();
    this.#borrowed = new Map();
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** Notes a reference to an earlier operation: its change set must not have an operation of that id behind it. */
  borrow(id: string, fault: FaultMaker): void {
    if (this.#perChangeSet && !this.#inChangeSet.has(id) && !this.#borrowed.has(id))
      this.#borrowed.set(id, fault);
  }

  add(id: string | undefined, part: MessagePart): void {
    if (id === undefined) {
      // Nothing in the batch can mean an operation without one, and its answer comes in its place.
      if (part.inChangeSet && this.#required) {
        this.#reading.warn('missing-content-id', part.offset, part.path);
      }
      return;
    }
    const scope = this.#perChangeSet && part.inChangeSet ? this.#inChangeSet : this.#all;
    if (scope.has(id)) {
      throw new Fault(
        'duplicate-content-id',
        `the Content-ID ${id} is taken already`,
        part.offset,
        part.path,
      );
    }
    // With ids of its own a change set means its own, which then comes later.
    const borrowed = part.inChangeSet ? this.#borrowed.get(id) : undefined;
    if (borrowed !== undefined) throw forwardReference(id, borrowed);
    this.#all.add(id);
    this.#inChangeSet.add(id);
  }
}
