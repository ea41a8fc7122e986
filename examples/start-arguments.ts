import { parseArgs } from 'node:util';
import { JOB_SERVICES } from './run-service-job.ts';

export const USAGE = `npm start
    Starts a product service on loopback and sends it one batch.
npm start -- --service channeladvisor
    The same with a double of ChannelAdvisor: aliases are sent as their real URIs, what can't be batched is refused.
npm start -- --url URL --requests FILE [--service NAME] [--header "Name: value"]… [--odata-version 2.0|3.0|4.0|4.01] [--continue-on-error]
    Sends the requests of a JSON file, [{ "method", "url", "headers", "body" }, …], to another service;
    a list in the list is a change set. URL is that of the service, or of its $batch.
npm start -- --service ${JOB_SERVICES.join('|')}
    Starts a double of that service on loopback, and runs a batch that it answers later.`;

/** What `npm start` is asked to do. */
export type StartArguments =
  | { readonly task: 'help' }
  /** Against a service of our own on loopback. */
  | { readonly task: 'demonstrate'; readonly service: string | undefined }
  /** Against the service at a URL. */
  | {
      readonly task: 'send';
      /** The URL of the batch endpoint. */
      readonly url: string;
      readonly requests: string;
      readonly service: string | undefined;
      readonly version: string | undefined;
      readonly continueOnError: boolean | undefined;
      readonly headers: readonly (readonly [name: string, value: string])[];
    };

const VERSIONS = ['2.0', '3.0', '4.0', '4.01'];

/** Reads what stands behind `npm start --`. Throws an Error with what is wrong, and how it is used. */
export function startArguments(args: readonly string[]): StartArguments {
  const values = parse(args);
  if (values.help) return { task: 'help' };
  const {
    url,
    requests,
    service,
    header,
    'odata-version': version,
    'continue-on-error': continueOnError,
  } = values;
  if (url === undefined && requests === undefined) {
    const given = [
      header.length > 0 && '--header',
      version !== undefined && '--odata-version',
      continueOnError && '--continue-on-error',
    ].filter((one) => one !== false && one !== undefined);
    if (given.length > 0) throw wrong(`${given.join(' and ')}: only with --url and --requests`);
    return { task: 'demonstrate', service };
  }
  if (url === undefined || requests === undefined) throw wrong('--url and --requests go together');
  if (JOB_SERVICES.includes(service ?? '')) {
    throw wrong(`--service ${service} is shown against a double only, without --url and --requests`);
  }
  if (version !== undefined && !VERSIONS.includes(version)) {
    throw wrong(`--odata-version takes one of ${VERSIONS.join(', ')}, not ${JSON.stringify(version)}`);
  }
  return {
    task: 'send',
    url: batchUrl(url),
    requests,
    service,
    version,
    continueOnError,
    headers: header.map(headerPair),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        service: { type: 'string' },
        requests: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        'odata-version': { type: 'string' },
        'continue-on-error': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    // An unknown option, a value that is missing, or an argument without an option.
    throw wrong((error as Error).message);
  }
}

/** The batch endpoint of a service; `$batch` stands below the service root. */
function batchUrl(given: string): string {
  const url = urlOf(given);
  if (!/^https?:$/.test(url.protocol)) throw wrong(`--url takes an http: or https: URL, not ${url.protocol}`);
  const isBatch = /(?:^|\/)(?:\$|%24)batch\/?$/i.test(url.pathname);
  if (!isBatch) url.pathname = `${url.pathname.replace(/\/$/, '')}/$batch`;
  return url.href;
}

function urlOf(given: string): URL {
  try {
    return new URL(given);
  } catch {
    throw wrong(`--url takes an absolute URL, not ${JSON.stringify(given)}`);
  }
}

function headerPair(text: string): readonly [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw wrong(`--header takes "Name: value", not ${JSON.stringify(text.split(' ')[0])}`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function wrong(what: string): Error {
  return new Error(`${what}\n\n${USAGE}`);
}
