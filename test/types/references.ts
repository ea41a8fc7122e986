import { encodeBatchRequest, type Operation, type Reference, reference, uri } from 'odata-batch-codec';
import { check, typeOf } from './assert.ts';

const customer = { method: 'POST', url: 'Customers', id: 'ann', body: { name: 'Ann' } } as const;

// A reference is a URL, a value in a template, and text in a body.
const orders = reference(customer, 'Orders');
check<typeof orders extends Reference ? true : false>();
typeOf(reference('ann').toString()).is<string>();
typeOf(orders.toJSON()).is<string>();
typeOf(orders.path).is<string>();
typeOf(orders.target).is<string | Operation>();
encodeBatchRequest([
  [
    customer,
    { method: 'POST', url: orders, body: { 'Customer@odata.bind': reference(customer) } },
    { method: 'POST', url: `${orders}/$ref`, dependsOn: [customer, 'ann'] },
    { method: 'GET', url: reference('ann', '?$select=name') },
  ],
]);
// @ts-expect-error - what is referred to is an operation, or its id
reference({ id: 'ann' });
// @ts-expect-error - an id is text
reference(1);

// Literals: what OData can write.
typeOf(uri`Products(${1})`).is<string>();
uri`Products(${'tea'},${2n},${true},${null},${orders})`;
uri`Products(${uri.literal('00000000-0000-0000-0000-000000000001')})`;
uri.path`/files/${'a b'}/${1}/${2n}`;
// @ts-expect-error - undefined is no literal
uri`Products(${undefined})`;
// @ts-expect-error - a date has more than one literal: say which
uri`Products(${new Date()})`;
// @ts-expect-error - an object is no literal, whatever properties it has
uri`Products(${{ text: 'tea' }})`;
// @ts-expect-error - a symbol is no literal
uri`Products(${Symbol.iterator})`;
// @ts-expect-error - a path has no booleans
uri.path`/files/${true}`;
