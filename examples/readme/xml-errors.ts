import { decodeBatchResponse, encodeBatchRequest } from 'odata-batch-codec';
import { readXmlError } from 'odata-batch-codec/xml';

const request = encodeBatchRequest([{ method: 'GET', url: 'Products(999)' }], { version: '2.0' });
const body = `--r
Content-Type: application/http

HTTP/1.1 404 Not Found
Content-Type: application/xml

<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<code>NotFound</code><message xml:lang="en">There is no product 999.</message></error>
--r--`;
const contentType = 'multipart/mixed; boundary=r';

const [result] = decodeBatchResponse({ contentType, body }, { request, readError: readXmlError });
if (result.outcome === 'failed') console.log(result.error.code, result.error.message); // NotFound There is no product 999.
