import { createRequire } from 'node:module';
import { childMain } from './child-main.mjs';

const require = createRequire(import.meta.url);

process.env.AZURITE_ACCOUNTS = `${process.env.INTEROP_STORAGE_ACCOUNT}:${process.env.INTEROP_STORAGE_KEY}`;

await childMain(async () => {
  // An internal path of azurite: its command line takes port 0 but never tells which port it got.
  const TableConfiguration = require('azurite/dist/src/table/TableConfiguration').default;
  const TableServer = require('azurite/dist/src/table/TableServer').default;
  const configuration = new TableConfiguration(
    '127.0.0.1',
    0,
    5, // keep-alive, seconds
    'unused.json', // the data base file, were it not in memory
    false, // debug
    false, // access log
    undefined,
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
  const server = new TableServer(configuration);
  await server.start();
  return { port: Number(new URL(server.getHttpServerAddress()).port), stop: () => server.close() };
});
