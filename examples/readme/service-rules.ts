import { encodeBatchRequest } from 'odata-batch-codec';
import { channelAdvisor, explainRewrite } from 'odata-batch-codec/services';

const service = channelAdvisor();
const label = { method: 'PUT', url: "/v1/Products(7)/Labels('eBay Fixed')" };

const { plan } = encodeBatchRequest([label, { method: 'GET', url: 'Products(7)' }], { service });
for (const item of plan.items) if ('method' in item) console.log(item.method, item.url);
// PUT https://api.channeladvisor.com/v1/ProductLabels(ProductID=7,Name='eBay%20Fixed')
// GET https://api.channeladvisor.com/v1/Products(7)

const nearly = { method: 'PUT', url: "/v1/products(7)/Labels('eBay')" };
console.log(explainRewrite(service, nearly).closest?.difference); // Products is written in another letter case
console.log(explainRewrite(service, { method: 'POST', url: '/v1/Orders(1)/Export' }).code); // not-batchable
console.log(service.endpoint, service.limits?.maxOperations); // https://api.channeladvisor.com/v1/$batch 100
