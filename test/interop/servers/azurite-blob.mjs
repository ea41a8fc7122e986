import { createRequire } from 'node:module';
import { childMain } from './child-main.mjs';

const require = createRequire(import.meta.url);

process.env.AZURITE_ACCOUNTS = `${process.env.INTEROP_STORAGE_ACCOUNT}:${process.env.INTEROP_STORAGE_KEY}`;

await childMain(async () => {
  // An internal path of azurite: its command line takes port 0 but never tells which port it got.
  const BlobConfiguration = require('azurite/dist/src/blob/BlobConfiguration').default;
  const BlobServer = require('azurite/dist/src/blob/BlobServer').default;
  const configuration = new BlobConfiguration(
    '127.0.0.1',
    0,
    5, // keep-alive, seconds
    'unused.json', // the data bases and the blobs, were they not in memory
    'unused-extent.json',
    [],
    false, // access log
    undefined,
    false, // debug
    undefined,
    false, // loose
    true, // skip the check of the API version
    '',
    '',
    '',
    undefined,
    true, // the account is in the path, never in the host name
    true, // in memory
  );
  const server = new BlobServer(configuration);
  await server.start();
  return { port: Number(new URL(server.getHttpServerAddress()).port), stop: () => server.close() };
});
