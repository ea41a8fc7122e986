import {
  ecwid,
  type Job,
  type JobProgress,
  type JobWarning,
  kibo,
  quartile,
  type RunOptions,
  runJob,
} from 'odata-batch-codec/jobs';
import { startEcwidDouble } from '../test/doubles/ecwid/ecwid-double.ts';
import { startKiboDouble } from '../test/doubles/kibo/kibo-double.ts';
import { startQuartileDouble } from '../test/doubles/quartile/quartile-double.ts';

/** A job of a service, against a double of it on loopback, and what ends the double. */
interface Demonstration {
  readonly job: Job<unknown, unknown>;
  close(): Promise<void>;
}

type Demonstrate = (options: RunOptions) => Promise<Demonstration>;

const DEMONSTRATIONS: Readonly<Record<string, Demonstrate>> = {
  async ecwid(options) {
    const {
      url,
      fetch: _,
      double,
      ...server
    } = await startEcwidDouble({
      storeId: 1003,
      token: 'secret_token',
      duration: 400,
      respond: ({ path }) =>
        path === '/products/3'
          ? { status: 404, body: { errorMessage: 'no such product', errorCode: 'NOT_FOUND' } }
          : { status: 200, body: { path } },
    });
    const service = ecwid({ storeId: 1003, token: 'secret_token', baseUrl: `${url}/api/v3` });
    const operations = Array.from({ length: 6 }, (_, place) => ({
      method: 'GET',
      url: `/products/${place + 1}`,
    }));
    return {
      job: runJob(service, operations, { ...options, submit: { stopOnFirstFailure: false } }),
      ...server,
    };
  },
  async kibo(options) {
    const {
      url,
      fetch: _,
      double,
      ...server
    } = await startKiboDouble({
      process: ({ key }) => (key.startsWith('P3') ? 'ValidationFailed' : 'Completed'),
      itemTime: 300,
      retryTime: 500,
    });
    const service = kibo({ baseUrl: `${url}/api` });
    const updates = Array.from({ length: 6 }, (_, place) => ({
      method: 'PUT',
      url: `/commerce/catalog/admin/products/P${place + 1}`,
      body: { price: { price: 5 + place } },
    }));
    const scheduledDate = new Date(Date.now() + 3000).toISOString();
    const submit = { code: 'demonstration', name: 'Demonstration', scheduledDate };
    return { job: runJob(service, updates, { ...options, submit }), ...server };
  },
  async quartile(options) {
    const credentials = { subscriptionKey: 'subscription-key', token: 'access-token' };
    const {
      url,
      fetch: _,
      double,
      ...server
    } = await startQuartileDouble({
      ...credentials,
      process: ({ asin }) =>
        asin === 'B105'
          ? { success: false, message: 'no such product', process: 'INSERT' }
          : { success: true, message: 'successfully', process: 'INSERT' },
    });
    const service = quartile<object>({ ...credentials, resource: 'masterlist', baseUrl: url });
    const rows = Array.from({ length: 120 }, (_, place) => ({
      asin: `B${place}`,
      countryCode: 'US',
      percACoS: 2.7,
    }));
    return { job: runJob(service, rows, options), ...server };
  },
};

/** Names of services whose jobs can be shown. */
export const JOB_SERVICES: readonly string[] = Object.keys(DEMONSTRATIONS);

/** Runs a job against the double of a service; prints how far it is, and what became of its items. */
export async function runServiceJob(name: string): Promise<void> {
  const demonstrate = DEMONSTRATIONS[name];
  if (demonstrate === undefined) throw new Error(`--service takes ${JOB_SERVICES.join(', ')}`);
  let before = '';
  const onProgress = ({ state, submitted, settled, total }: JobProgress) => {
    const line = `${state.padEnd(10)} ${submitted} of ${total} taken, ${settled} settled`;
    if (line !== before) console.log(line);
    before = line;
  };
  const { job, close } = await demonstrate({ onProgress });
  try {
    const { state, results, warnings } = await job.done;
    console.log(`\n${name}: ${state}`);
    for (const result of results) {
      const reason = result.outcome === 'failed' ? `  ${result.error.code}: ${result.error.message}` : '';
      // Of many that went well the first few tell enough.
      if (result.ok && result.index >= 10) continue;
      console.log(
        `${String(result.index).padStart(4)}  ${result.outcome.padEnd(12)} ${result.native.status ?? ''}${reason}`,
      );
    }
    console.log(
      summary(
        results.map(({ outcome }) => outcome),
        warnings,
      ),
    );
  } finally {
    await close();
  }
}

function summary(outcomes: readonly string[], warnings: readonly JobWarning[]): string {
  const counts = [...new Set(outcomes)].map(
    (outcome) => `${outcomes.filter((one) => one === outcome).length} ${outcome}`,
  );
  return [counts.join(', '), ...warnings.map(({ code, message }) => `${code}: ${message}`)].join('\n');
}
