import { createBudget } from 'odata-batch-codec/client';
import { updateAttributes } from '../../examples/sending/update-attributes.ts';

// Runs the program of docs/guides/sending.md against a double, in a process of its own that can be killed.
const [input = '', outcomes = '', journal = '', origin = ''] = process.argv.slice(2);
let token = 'expired';
await updateAttributes(
  { input, outcomes, journal },
  {
    serviceRoot: `${origin}/v1/`,
    // The double is as fast as it likes.
    budget: createBudget({ maxConcurrentRequests: 5 }),
    headers: async ({ refresh }) => {
      if (refresh) {
        const response = await fetch(`${origin}/oauth2/token`, { method: 'POST' });
        token = ((await response.json()) as { access_token: string }).access_token;
      }
      return { Authorization: `Bearer ${token}` };
    },
    onProgress: ({ settled }) => console.log(settled),
  },
);
