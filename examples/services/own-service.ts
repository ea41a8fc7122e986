import { encodeBatchRequest, isBatchError } from 'odata-batch-codec';
import { defineService, explainRewrite } from 'odata-batch-codec/services';

const shop = defineService({
  name: 'shop',
  serviceRoot: 'https://shop.example/v1/',
  version: '4.0',
  limits: { maxOperations: 50, maxBytes: 1_048_576 },
  rules: [
    {
      name: 'labels',
      methods: ['PUT', 'DELETE'],
      alias: 'Products({ID})/Labels({Name})', // works alone
      real: 'ProductLabels(ProductID={ID},Name={Name})', // works in a batch too
      keys: { ID: 'int32', Name: 'string' },
    },
    {
      name: 'price',
      methods: ['PUT'],
      alias: 'Products({ID})/Price',
      real: 'Prices',
      keys: { ID: 'int32' },
      method: 'POST',
      body: { from: { amount: 'number' }, to: { ProductID: '{ID}', Amount: '{amount}' } },
    },
  ],
  deny: [{ path: 'Orders({ID})/Export', reason: 'it takes minutes' }],
});

const { plan } = encodeBatchRequest(
  [
    { method: 'PUT', url: "Products(7)/Labels('New & hot')" },
    { method: 'PUT', url: 'Products(7)/Price', body: { amount: 6.75 } },
  ],
  { service: shop },
);
for (const item of plan.items) if ('method' in item) console.log(item.method, item.url);
// PUT ProductLabels(ProductID=7,Name='New%20%26%20hot')
// POST Prices

const { outcome, closest } = explainRewrite(shop, { method: 'PUT', url: "Products(7)/labels('New')" });
console.log(outcome, closest?.difference); // unchanged Labels is written in another letter case

try {
  encodeBatchRequest([{ method: 'GET', url: 'Orders(1)/Export' }], { service: shop });
} catch (error) {
  if (isBatchError(error, 'not-batchable')) console.log(error.message); // batch[0].url: Orders({ID})/Export: it takes minutes
}
