import type { ReceivedAnswer } from '../batch/received-answer.ts';
import { isFieldValue } from '../mime/header-field.ts';
import type { HeadersSource } from './credentials.ts';
import { type TokenKind, type TokenOptions, tokenHeaders } from './token-headers.ts';

const DIGEST: TokenKind = {
  name: 'FormDigestValue',
  path: 'contextinfo',
  methods: ['POST'],
  asking: [['Accept', 'application/json']],
  read: (answer) => {
    const digest = digestOf(answer);
    return digest === undefined ? undefined : [['X-RequestDigest', digest]];
  },
};

/**
 * Headers for `sendBatch` with SharePoint's request digest, which is asked for at `contextinfo` below the service root (`…/_api/`):
 * once, however many batches go side by side, and again when SharePoint wants a new one.
 *
 * Throws BatchUsageError `invalid-option`, `invalid-url`, `service-root-required`. The call that it is given to throws BatchTransportError where the
 * service is not reached, and BatchResponseError `token-refused` where its answer has no digest.
 *
 * @example
 * const service = sharePoint({ serviceRoot: 'https://contoso.sharepoint.com/sites/shop/_api/' });
 * const headers = requestDigest({ service, headers: { Authorization: `Bearer ${token}` } });
 * const results = await sendBatch(updates, { service, headers });
 */
export function requestDigest(options: TokenOptions): HeadersSource {
  return tokenHeaders(DIGEST, options);
}

/** In the verbose format of OData 3.0 it stands two objects deeper. */
function digestOf(answer: ReceivedAnswer): string | undefined {
  const body = memberOf(answer.tryJson(), 'd');
  const information = memberOf(body, 'GetContextWebInformation');
  const digest = isRecord(information) ? information.FormDigestValue : undefined;
  return typeof digest === 'string' && digest !== '' && isFieldValue(digest) ? digest : undefined;
}

/** A member that is an object, else the object itself. */
function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && isRecord(value[name]) ? value[name] : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
