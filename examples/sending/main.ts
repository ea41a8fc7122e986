import { createBudget } from 'odata-batch-codec/client';
import { channelAdvisor } from 'odata-batch-codec/services';
import { updateAttributes } from './update-attributes.ts';

// npx tsx examples/sending/main.ts updates.csv outcomes.csv journal.ndjson
const [input = 'updates.csv', outcomes = 'outcomes.csv', journal = 'journal.ndjson'] = process.argv.slice(2);
let token = process.env.CHANNELADVISOR_TOKEN ?? '';

await updateAttributes(
  { input, outcomes, journal },
  {
    // One for all who send with this account.
    budget: createBudget(channelAdvisor().limits),
    headers: async ({ refresh, signal }) => {
      if (refresh) token = await newToken(signal);
      return { Authorization: `Bearer ${token}` };
    },
    onProgress: ({ settled, byOutcome, waitingFor = 'nothing' }) => {
      console.log(`${settled} settled, ${byOutcome.succeeded} of them succeeded, waiting for ${waitingFor}`);
    },
  },
);

/** As your authorization server gives one. */
async function newToken(signal: AbortSignal): Promise<string> {
  const url = process.env.TOKEN_URL ?? 'https://api.channeladvisor.com/oauth2/token';
  const response = await fetch(url, { method: 'POST', signal });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}
