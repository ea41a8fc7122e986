import { failureOfStatus } from '../transport/send-again.ts';
import { refusal } from './exchange.ts';
import type { JobAnswer, JobCall, JobRequest } from './job-service.ts';

/** Makes a call, and those that it leads to. Rejects with BatchResponseError `job-refused`, and with what sending and reading do. */
export async function runCall<T>(
  call: JobCall<T>,
  send: (request: JobRequest) => Promise<JobAnswer>,
  now: () => number,
): Promise<T> {
  for (let current = call; ; ) {
    const answer = await send(current.request);
    if (failureOfStatus(answer, now()) !== undefined) throw refusal(answer);
    const read = current.read(answer);
    if ('value' in read) return read.value;
    current = read.next;
  }
}
