import type { AddressedItem, AddressedResponse } from '../../batch/address-responses.ts';
import type { BodyWriting } from '../../batch/body.ts';
import { fieldOf } from '../../batch/header-pairs.ts';
import { mediaTypeOf } from '../../batch/header-planner.ts';
import type { Issues } from '../../batch/issues.ts';
import { responseFields } from '../../batch/response-fields.ts';
import { statusHasBody } from '../../http/http-message.ts';
import { encodeJsonBody } from './encode-body.ts';
import { jsonHeaders } from './json-headers.ts';
import type { JsonObject } from './write-objects.ts';

/** Makes objects of responses (OData 4.01 JSON Format, section 19.5). */
export class JsonResponseEncoder {
  readonly #writing: BodyWriting;
  readonly #issues: Issues;
  /** Ids, in lower case: no change set may have the name of one (J-03). */
  readonly #ids: Set<string>;
  /** Names that were made for change sets, and the number of the last one. */
  readonly #groups = new Set<string>();
  #number = 0;

  /** @param ids those that are known beforehand */
  constructor(ids: readonly (string | undefined)[], writing: BodyWriting, issues: Issues) {
    this.#writing = writing;
    this.#issues = issues;
    this.#ids = new Set(ids.map((id) => String(id).toLowerCase()));
  }

  /** The objects of a response, or of those of a change set; adds to the issues what can't be written. */
  encode(item: AddressedItem): JsonObject[] {
    const list = Array.isArray(item) ? item : [item];
    for (const { response, name } of list) this.#addId(response.id, name);
    const group = Array.isArray(item) ? this.#groupOf(item) : undefined;
    return list.map((one) => this.#object(one, group));
  }

  #object(addressed: AddressedResponse, group: string | undefined): JsonObject {
    const { response, name } = addressed;
    const { status } = response;
    const issues = this.#issues;
    const { id, headers: given } = responseFields(addressed, issues);
    const headers = jsonHeaders(given, `${name}.headers`, issues);
    const mediaType = mediaTypeOf(response.body);
    if (mediaType !== undefined && fieldOf(headers, 'content-type') === undefined) {
      headers.push(['content-type', mediaType]);
    }
    const body = encodeJsonBody(response.body, headers, this.#writing.stringify, name, issues);
    if (body !== undefined && !statusHasBody(status)) {
      issues.add(`${name}.body`, 'body-not-allowed', `a response of status ${status} has no body`);
    }
    const members = [
      ['id', id],
      ['atomicityGroup', group],
      ['status', status],
    ] as const;
    return { members, headers, body };
  }

  /** The name that the request gave it, else a new one (J-18, J-20). */
  #groupOf(list: readonly AddressedResponse[]): string {
    const given = list.find(({ request }) => request?.atomicityGroup !== undefined)?.request?.atomicityGroup;
    if (given !== undefined) return given;
    do this.#number++;
    while (this.#ids.has(`group${this.#number}`));
    this.#groups.add(`group${this.#number}`);
    return `group${this.#number}`;
  }

  #addId(id: string | undefined, name: string): void {
    if (typeof id !== 'string') return;
    this.#ids.add(id.toLowerCase());
    if (!this.#groups.has(id)) return;
    this.#issues.add(`${name}.id`, 'duplicate-content-id', `"${id}" is the name of a change set already`);
  }
}
