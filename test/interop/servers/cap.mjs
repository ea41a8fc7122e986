import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { childMain } from './child-main.mjs';

const root = fileURLToPath(new URL('./cap', import.meta.url));
const require = createRequire(import.meta.url);

await childMain(async () => {
  process.chdir(root);
  const cds = require('@sap/cds');
  cds.root = root;
  const app = require('express')();
  // Left alone, cds.server() listens on every address of the machine.
  app.listen = (port) => createServer(app).listen(port, '127.0.0.1');
  await cds.plugins;
  const server = await cds.server({ in_memory: true, app, port: 0, service: 'all', from: '*' });
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address();
  // The V2 adapter forwards to the V4 service and learns its port here.
  cds.emit('listening', { server, url: `http://127.0.0.1:${port}` });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
});
