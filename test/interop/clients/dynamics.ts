import { DynamicsWebApi } from 'dynamics-web-api';

/** What the client itself makes of one operation's answer: it drops the status of what went well. */
export type DynamicsOutcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string };

/** Sends to `<origin>/api/data/v9.2/$batch`, wherever that may be mounted. */
export function dynamicsClient(origin: string): DynamicsWebApi {
  return new DynamicsWebApi({ serverUrl: origin, dataApi: { version: '9.2' } });
}

/**
 * Sends what `write` asks of the client as one batch. Until then the client only collects: what its methods
 * return means nothing.
 */
export async function sendWithDynamics(
  client: DynamicsWebApi,
  write: (client: DynamicsWebApi) => void,
  options: { readonly continueOnError?: boolean } = {},
): Promise<DynamicsOutcome[]> {
  client.startBatch();
  write(client);
  const answers = await client.executeBatch(options);
  return answers.map((value) => (value instanceof Error ? failure(value) : { kind: 'answer', value }));
}

function failure(error: Error): DynamicsOutcome {
  // The client copies the body's members onto the Error; its own message stays empty.
  const { status, error: body } = error as Error & {
    status: number;
    error: { code: string; message: string };
  };
  return { kind: 'error', status, code: body.code, message: body.message };
}
