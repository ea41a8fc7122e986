// Packs the package as npm would publish it, unpacks it beside a consumer, and uses it as that consumer would: imported,
// required, and compiled against. Run it after `npm run build`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const scratch = await realpath(await mkdtemp(join(tmpdir(), 'odata-batch-codec-')));
const modules = join(scratch, 'node_modules');
const installed = join(modules, 'odata-batch-codec');

/** The packed file list, and the package unpacked into the consumer's node_modules. */
async function install() {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch];
  const { stdout } = await run('npm', pack, { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout);
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(scratch, filename), '-C', installed, '--strip-components=1']);
  return files.map(({ path }) => path);
}

async function checkFiles(files) {
  const expected = /^(package\.json|LICENSE|README\.md|dist\/[\w.-]+|src\/[\w/.-]+\.ts|src\/tsconfig\.json)$/;
  assert.deepEqual(
    files.filter((path) => !expected.test(path)),
    [],
  );
  const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  for (const target of JSON.stringify(exports).matchAll(/"\.\/([^"]+\.[a-z]+)"/g)) {
    assert.ok(files.includes(target[1]), `${target[1]} is exported but not packed`);
  }
  for (const path of files.filter((name) => name.endsWith('.map'))) {
    const { sources } = JSON.parse(await readFile(join(installed, path), 'utf8'));
    const lost = sources.filter((source) => !files.includes(join(dirname(path), source)));
    assert.deepEqual(lost, [], `${path} points to sources that are not packed`);
  }
  assert.deepEqual(await packagesOf('dist/index.js'), []);
  assert.deepEqual(await packagesOf('dist/index.cjs'), []);
  assert.deepEqual(await packagesOf('dist/client.js'), []);
  assert.deepEqual(await packagesOf('dist/client.cjs'), []);
  assert.deepEqual(await packagesOf('dist/server.js'), []);
  assert.deepEqual(await packagesOf('dist/server.cjs'), []);
  assert.deepEqual(await packagesOf('dist/jobs.js'), ['zod/mini']);
  assert.deepEqual(await packagesOf('dist/jobs.cjs'), ['zod/mini']);
  assert.deepEqual(await packagesOf('dist/xml.js'), ['@rgrove/parse-xml']);
  assert.deepEqual(await packagesOf('dist/xml.cjs'), ['@rgrove/parse-xml']);
  assert.deepEqual((await packagesOf('dist/services.js')).sort(), ['zod/locales', 'zod/mini']);
  assert.deepEqual((await packagesOf('dist/services.cjs')).sort(), ['zod/locales', 'zod/mini']);
}

/** The packages that a built file loads, itself or by its chunks. */
async function packagesOf(path, seen = new Set()) {
  if (seen.has(path)) return [];
  seen.add(path);
  const code = await readFile(join(installed, path), 'utf8');
  const pattern =
    /^(?:import\b.*|(?:import|export)?.*\}) from "([^"]+)";|^import "([^"]+)";|\b(?:require|import)\("([^"]+)"\)/gm;
  const loaded = Array.from(code.matchAll(pattern), ([, from, bare, called]) => from ?? bare ?? called);
  const deeper = loaded
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => packagesOf(join(dirname(path), specifier), seen));
  const direct = loaded.filter((specifier) => !specifier.startsWith('.'));
  return [...new Set([...direct, ...(await Promise.all(deeper)).flat()])];
}

/** Both copies, each loaded the way its users load it. */
async function load(entry) {
  const name = entry.replaceAll('/', '-');
  await writeFile(join(scratch, `${name}.mjs`), `export * from '${entry}';\n`);
  await writeFile(join(scratch, `${name}.cjs`), `module.exports = require('${entry}');\n`);
  const esm = await import(pathToFileURL(join(scratch, `${name}.mjs`)).href);
  const cjs = createRequire(join(scratch, `${name}.cjs`))(`./${name}.cjs`);
  assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort());
  return { esm, cjs };
}

/** A batch that is sent, split in two, over a fetch that answers it. */
async function checkClient({ sendBatch }, name) {
  const batch = Array.from({ length: 150 }, (_, index) => ({ method: 'GET', url: `Products(${index})` }));
  const part = '--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n';
  const fetch = async (_, { body }) => {
    const count = new TextDecoder().decode(body).split('Content-ID').length - 1;
    const headers = { 'Content-Type': 'multipart/mixed; boundary=r' };
    return new Response(`${part.repeat(count)}--r--`, { headers });
  };
  const results = await sendBatch(batch, { serviceRoot: 'https://shop.example/v1/', fetch });
  assert.equal(results.filter(({ ok, attempts }) => ok && attempts === 1).length, 150, name);
}

/** An error in XML, read by the entry of its own. */
function checkXml(codec, { readXmlError }, name) {
  const request = codec.encodeBatchRequest([{ method: 'GET', url: 'Products(9)' }]);
  const body = '<error xmlns="urn:m"><code>E1</code><message>None &amp; never</message></error>';
  const headers = { 'Content-Type': 'application/xml' };
  const message = codec.encodeBatchResponse([{ status: 404, headers, body }]);
  const [result] = codec.decodeBatchResponse(message, { request, readError: readXmlError });
  assert.deepEqual(result.error, { code: 'E1', message: 'None & never' }, name);
}

/** A rule applied by the entry of its own; what it throws is an error of the codec's, whichever copy of it. */
function checkServices(codec, { channelAdvisor, defineService, explainRewrite }, name) {
  const operation = { method: 'DELETE', url: "/v1/Products(1)/Labels('x')" };
  const { to } = explainRewrite(channelAdvisor(), operation);
  assert.equal(to, "/v1/ProductLabels(ProductID=1,Name='x')", name);
  assert.throws(
    () => defineService({ name: '' }),
    (error) => codec.isBatchError(error, 'invalid-service'),
  );
}

/** A batch there and back, on both sides. */
function checkRoundTrip(codec, name) {
  const read = { method: 'GET', url: 'Products(1)', schema: codec.trusted() };
  const create = { method: 'POST', url: 'Products', body: { name: 'Tea' } };
  const request = codec.encodeBatchRequest([read, [create]]);
  const batch = codec.decodeBatchRequest(request);
  assert.equal(batch.length, 2, name);
  assert.deepEqual(batch[1][0].json(), { name: 'Tea' }, name);

  const answers = [
    { status: 200, body: { name: 'Coffee' } },
    [{ status: 201, headers: { Location: 'Products(2)' }, body: { name: 'Tea' } }],
  ];
  const response = codec.encodeBatchResponse(answers, { request: batch });
  const results = codec.decodeBatchResponse(response, { request });
  assert.deepEqual(codec.valuesOf(results), [{ name: 'Coffee' }, [{ name: 'Tea' }]], name);
  assert.equal(codec.resultOf(results, create).headers.get('location'), 'Products(2)', name);
}

function thrownBy(codec) {
  try {
    codec.decodeBatchResponse({ contentType: 'multipart/mixed; boundary=b', body: '--b\r\n' });
  } catch (error) {
    return error;
  }
  throw new Error('a batch that is cut off was accepted');
}

/** An application can hold both copies: what one makes, the other takes. */
function checkBothCopies(esm, cjs) {
  assert.notEqual(esm.BatchError, cjs.BatchError);
  for (const [thrower, asked] of [
    [esm, cjs],
    [cjs, esm],
  ]) {
    const error = thrownBy(thrower);
    assert.ok(asked.isBatchError(error));
    assert.ok(asked.isBatchError(error, error.code));
    assert.ok(!asked.isBatchError(error, 'limit-exceeded'));
    assert.ok(!(error instanceof asked.BatchError));

    // Requests, plans and decoded batches are plain data to either.
    const request = thrower.encodeBatchRequest([{ method: 'DELETE', url: 'Products(1)' }]);
    const batch = asked.decodeBatchRequest(request);
    const response = thrower.encodeBatchResponse([{ status: 204 }], { request: batch });
    assert.equal(asked.decodeBatchResponse(response, { request })[0].outcome, 'succeeded');
    assert.deepEqual(thrower.encodeBatchRequest(batch, { boundary: batch.boundaries }).body, request.body);
  }
}

/** A batch through an endpoint; one copy of the server's half answers what one of the codec sent. */
async function checkServer(server, codec, name) {
  const handler = server.createBatchHandler({
    serviceRoot: 'https://shop.example/odata/',
    fetch: async (request) => new Response(`${request.method} ${request.url} ${await request.text()}`),
    transaction: (run) => run(),
  });
  const request = codec.encodeBatchRequest([
    { method: 'GET', url: 'Products(1)' },
    [{ method: 'POST', url: 'Products', body: 'Tea' }],
  ]);
  const response = await handler(new Request('https://shop.example/odata/$batch', request));
  const [read, [created]] = await codec.readBatchResponse(response, { request });
  assert.equal(read.text(), 'GET https://shop.example/odata/Products(1) ', name);
  assert.equal(created.text(), 'POST https://shop.example/odata/Products Tea', name);
  assert.equal(typeof server.toNodeListener(handler), 'function', name);
}

/** A job of a service that answers at once. */
async function checkJobs({ runJob, ecwid }, name) {
  const answers = [
    { ticket: 't1' },
    {
      status: 'COMPLETED',
      responses: [{ id: '000001', status: 'COMPLETED', httpStatusCode: 200, escapedHttpBody: '{"total":3}' }],
    },
  ];
  const fetch = async () => Response.json(answers.shift());
  const job = runJob(ecwid({ storeId: 1003, token: 'secret_token' }), [{ method: 'GET', url: '/orders' }], {
    fetch,
  });
  const { state, results } = await job.done;
  assert.equal(state, 'done', name);
  assert.deepEqual(results[0].value, { total: 3 }, name);
}

function optionsError(server) {
  try {
    server.createBatchHandler({});
  } catch (error) {
    return error;
  }
  throw new Error('an endpoint of nothing was made');
}

/** The cases of test/types once more, against the declarations that are published, as an ESM and as a CJS project. */
async function checkTypes() {
  await mkdir(join(modules, '@types'));
  await symlink(join(root, 'node_modules/@types/node'), join(modules, '@types/node'));
  const base = JSON.parse(await readFile(join(root, 'tsconfig.base.json'), 'utf8')).compilerOptions;
  const module = { module: 'Node16', moduleResolution: 'Node16' };
  const variants = {
    es2022: { options: { lib: ['ES2022'], types: [] }, include: ['*.ts', 'published'] },
    // No `lib`: what a project has that does not choose.
    dom: { options: { types: [] }, include: ['*.ts', 'web', 'published'] },
    node: { options: { lib: ['ES2022'], types: ['node'] }, include: ['*.ts', 'web', 'node', 'published'] },
  };

  const projects = ['module', 'commonjs'].flatMap((type) =>
    Object.entries(variants).map(([name, variant]) => ({ ...variant, name, type })),
  );
  for (const type of ['module', 'commonjs']) {
    await cp(join(root, 'test/types'), join(scratch, type), { recursive: true });
    await writeFile(join(scratch, type, 'package.json'), JSON.stringify({ type }));
  }
  const failures = await Promise.all(
    projects.map(async ({ name, type, options, include }) => {
      const project = join(scratch, type, `tsconfig.${name}.json`);
      // ESM syntax in a CommonJS file is what verbatimModuleSyntax forbids.
      const compilerOptions = { ...base, ...module, ...options, verbatimModuleSyntax: type === 'module' };
      await writeFile(project, JSON.stringify({ compilerOptions, include }));
      const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', project];
      return run(process.execPath, tsc).then(
        () => [],
        ({ stdout }) => [`${type}, ${name}:\n${stdout}`],
      );
    }),
  );
  if (failures.flat().length > 0) throw new Error(failures.flat().join('\n'));
}

try {
  assert.ok((await readdir(root)).includes('dist'), 'run npm run build first');
  await checkFiles(await install());
  // What npm would install beside it.
  await mkdir(join(modules, '@rgrove'));
  await symlink(join(root, 'node_modules/@rgrove/parse-xml'), join(modules, '@rgrove/parse-xml'));
  await symlink(join(root, 'node_modules/zod'), join(modules, 'zod'));
  const { esm, cjs } = await load('odata-batch-codec');
  checkRoundTrip(esm, 'ESM');
  checkRoundTrip(cjs, 'CJS');
  checkBothCopies(esm, cjs);
  const client = await load('odata-batch-codec/client');
  await checkClient(client.esm, 'ESM');
  await checkClient(client.cjs, 'CJS');
  const server = await load('odata-batch-codec/server');
  await checkServer(server.esm, esm, 'ESM');
  await checkServer(server.cjs, cjs, 'CJS');
  await checkServer(server.esm, cjs, 'ESM and CJS');
  // As modules all entries are one copy of the package.
  assert.ok(optionsError(server.esm) instanceof esm.BatchUsageError);
  assert.ok(cjs.isBatchError(optionsError(server.cjs), 'invalid-option'));
  const jobs = await load('odata-batch-codec/jobs');
  await checkJobs(jobs.esm, 'ESM');
  await checkJobs(jobs.cjs, 'CJS');
  const xml = await load('odata-batch-codec/xml');
  checkXml(esm, xml.esm, 'ESM');
  checkXml(cjs, xml.cjs, 'CJS');
  const services = await load('odata-batch-codec/services');
  checkServices(esm, services.esm, 'ESM');
  checkServices(cjs, services.cjs, 'CJS');
  await checkTypes();
  console.log('The built package works: imported, required, and compiled against.');
} finally {
  await rm(scratch, { recursive: true, force: true });
}
