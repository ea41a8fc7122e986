import { defineBatch } from 'odata-batch-codec';

/** What `npm start -- --service channeladvisor` sends: an alias of each kind, as it works alone, and what needs no rule. */
export function channelAdvisorBatch() {
  return defineBatch([
    { method: 'PATCH', url: "Products(1)/Attributes('Size')", body: { Value: 'XL' } },
    {
      method: 'PUT',
      url: "Products(1)/Images('ITEMIMAGEURL1')",
      body: { Url: 'https://img.example/1.png' },
    },
    { method: 'PUT', url: "Products(1)/Labels('eBay Fixed')" },
    { method: 'PUT', url: 'Products(1)/BundleComponents(2)', body: { Quantity: 3 } },
    { method: 'PUT', url: 'Products(1)/DCQuantities(0)', body: { AvailableQuantity: 12 } },
    // As the service's own page prints it, spaces and all.
    {
      method: 'PATCH',
      url: "AttributeValues(ProductID=1, Name='Attribute Name')",
      body: { Value: 'silk' },
    },
    { method: 'DELETE', url: "Products(2)/Labels('none')" },
    { method: 'GET', url: 'Products(1)' },
  ]);
}
