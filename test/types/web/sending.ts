import { guardFetch, sendBatch } from 'odata-batch-codec/client';

// The runtime's own fetch and signals are what is wanted.
const controller = new AbortController();
void sendBatch([{ method: 'GET', url: 'x' }], {
  fetch,
  signal: controller.signal,
  headers: async ({ signal }) =>
    new Headers((await (await fetch('/token', { signal })).json()) as Record<string, string>),
});
void guardFetch(fetch, 'https://shop.example/');
void guardFetch((url, init) => fetch(new Request(url, init)), 'https://shop.example/');
