/**
 * The child's side of `startChild`: tells the port, and ends with its parent, also when the parent was killed.
 *
 * @param {() => Promise<{ port: number, stop: () => Promise<void> }>} start
 */
export async function childMain(start) {
  let server;
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server?.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  server = await start();
  process.stdout.write(`READY ${server.port}\n`);
}
