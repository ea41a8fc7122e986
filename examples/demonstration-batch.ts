import { defineBatch, type Operation, reference, uri } from 'odata-batch-codec';

/** A picture of one pixel: octets that no text survives. */
const PIXEL = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
);

/** What `npm start` sends: reads, and a change set whose later operations refer to what its first one creates. */
export function demonstrationBatch() {
  const created = {
    method: 'POST',
    url: 'Products',
    body: { name: 'Darjeeling', price: 6 },
  } as const satisfies Operation;
  return defineBatch([
    { method: 'GET', url: uri`Products(${1})` },
    [
      created,
      { method: 'PATCH', url: reference(created), body: { price: 6.75 } },
      {
        method: 'PUT',
        url: reference(created, 'Photo'),
        headers: { 'Content-Type': 'image/png' },
        body: PIXEL,
      },
    ],
    { method: 'GET', url: uri`Products(${999})` },
    { method: 'GET', url: 'Products' },
  ]);
}
