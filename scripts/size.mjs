// Prints what an application's bundle grows by, minified and gzipped, for what it imports; fails where that is over its limit.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Limits in KiB, a little above what is: whoever needs more says so here (docs/decisions/018-what-an-import-costs.md). */
const IMPORTS = [
  { entry: 'client', names: ['createBudget'], limit: 3.75 },
  { entry: 'client', names: ['splitBatch'], limit: 22.25 },
  { entry: 'client', names: ['sendBatch'], limit: 68.5 },
  { entry: 'client', names: ['*'], limit: 71.5 },
  { names: ['encodeBatchRequest'], limit: 20.25 },
  { names: ['decodeBatchResponse'], limit: 27 },
  { names: ['encodeBatchRequest', 'decodeBatchResponse'], limit: 40.5 },
  { names: ['decodeBatchRequest', 'encodeBatchResponse'], limit: 28.75 },
  { names: ['encodeBatchRequestStream', 'decodeBatchResponseStream'], limit: 46.5 },
  { names: ['*'], limit: 58.25 },
  { entry: 'services', names: ['channelAdvisor'], limit: 26 },
  { entry: 'services', names: ['*'], limit: 28.25 },
  { entry: 'jobs', names: ['runJob', 'resumeJob', 'ecwid'], limit: 33.5 },
  { entry: 'jobs', names: ['*'], limit: 72.5 },
];

let isOver = false;
for (const { entry = 'index', names, limit } of IMPORTS) {
  const { octets, gzipped } = await measure(entry, names);
  const verdict = gzipped <= limit ? 'ok' : 'TOO LARGE';
  if (gzipped > limit) isOver = true;
  const figures = `${gzipped.toFixed(2).padStart(6)} KiB of ${limit.toFixed(2)}  (${octets} octets minified)`;
  console.log(
    `${figures}  ${verdict.padEnd(9)}  ${names.join(', ')}${entry === 'index' ? '' : ` of ./${entry}`}`,
  );
}
if (isOver) process.exit(1);

async function measure(entry, names) {
  const from = JSON.stringify(`./dist/${entry}.js`);
  const contents = names[0] === '*' ? `export * from ${from}` : `export { ${names.join(', ')} } from ${from}`;
  const { outputFiles, errors } = await build({
    stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  if (errors.length > 0) throw new Error('the bundle could not be made');
  const [{ contents: bundle }] = outputFiles;
  return { octets: bundle.length, gzipped: gzipSync(bundle, { level: 9 }).length / 1024 };
}
