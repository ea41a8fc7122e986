import type { HeadersSource } from './credentials.ts';
import { type TokenKind, type TokenOptions, tokenHeaders } from './token-headers.ts';

const CSRF: TokenKind = {
  name: 'X-CSRF-Token',
  path: '',
  // HEAD is not for every service, and the answer to GET is the service document.
  methods: ['HEAD', 'GET'],
  asking: [['X-CSRF-Token', 'Fetch']],
  read: ({ headers }) => {
    const token = headers.get('X-CSRF-Token') ?? '';
    return /^(?:required|fetch|)$/i.test(token) ? undefined : [['X-CSRF-Token', token]];
  },
};

/**
 * Headers for `sendBatch` with SAP's CSRF token and the cookies of the session that it is valid in. The token is asked for at the
 * service root (`X-CSRF-Token: Fetch`, by HEAD, else by GET): once, however many batches go side by side, and again when the
 * service wants a new one.
 *
 * Give the same function to all who send with the same account. In browsers, which keep cookies to themselves, it adds the token
 * only.
 *
 * Throws BatchUsageError `invalid-option`, `invalid-url`, `service-root-required`. The call that it is given to throws BatchTransportError where the
 * service is not reached, and BatchResponseError `token-refused` where its answer has no token.
 *
 * @example
 * const service = sapGatewayV2({ serviceRoot: 'https://erp.example/sap/opu/odata/sap/SHOP_SRV/' });
 * const headers = csrfToken({ service, headers: { Authorization: `Basic ${credentials}` } });
 * const results = await sendBatch(updates, { service, headers });
 */
export function csrfToken(options: TokenOptions): HeadersSource {
  return tokenHeaders(CSRF, options);
}
