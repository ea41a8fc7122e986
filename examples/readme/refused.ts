import { BatchUsageError, decodeBatchResponse, encodeBatchRequest, isBatchError } from 'odata-batch-codec';

try {
  encodeBatchRequest([
    { method: 'GET', url: 'Products\r\nX-Admin: yes' },
    [{ method: 'GET', url: 'Products' }],
    { method: 'POST', url: '$9/Orders', headers: { Authorization: 'Bearer x' }, body: {} },
  ]);
} catch (error) {
  if (error instanceof BatchUsageError) for (const { path, code } of error.issues) console.log(path, code);
  // batch[0].url invalid-url
  // batch[1][0].method method-in-change-set
  // batch[2].url unknown-reference
  // batch[2].headers.Authorization forbidden-header
}

const request = encodeBatchRequest([
  { method: 'GET', url: 'A' },
  { method: 'GET', url: 'B' },
]);
const part = '--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n';
try {
  decodeBatchResponse(
    { contentType: 'multipart/mixed; boundary=r', body: `${part}one\r\n${part}tw` },
    { request },
  );
} catch (error) {
  if (!isBatchError(error, 'missing-close-delimiter')) throw error;
  console.log(error.results?.flat().map(({ outcome }) => outcome)); // [ 'succeeded', 'unknown' ]
}
