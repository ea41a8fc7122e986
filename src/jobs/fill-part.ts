import { readJsonError } from '../batch/read-json-error.ts';
import { BatchError, BatchResponseError } from '../errors.ts';
import { ItemwiseCalls, type Sent } from './itemwise-calls.ts';
import { CANCELLED, type JobRun, notExecuted, type PartEnd, partEnd, unknownOutcome } from './job-run.ts';
import type { ItemReading, ItemwiseSubmission, JobAnswer, StatusReading } from './job-service.ts';
import { parseJson } from './read-json.ts';
import { MAX_ATTEMPTS, type Submission } from './submit-part.ts';

/** The part ends here, and is not started. */
class NotStarted<V> {
  readonly end: PartEnd<V>;
  /** Whether there is a job that was not filled as it should be, and is of no use. */
  readonly isLeft: boolean;

  constructor(end: PartEnd<V>, isLeft: boolean) {
    this.end = end;
    this.isLeft = isLeft;
  }
}

/**
 * Creates a job, puts its items in one by one, and starts it where it holds exactly these. What may have happened is looked
 * up before anything is sent again.
 */
export async function fillPart<V>(
  run: JobRun<V>,
  index: number,
  itemwise: ItemwiseSubmission<V>,
): Promise<Submission<V>> {
  const filling = new Filling(run, index, itemwise);
  try {
    return { isTaken: true, reading: await filling.run() };
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error;
    const end = error.end as PartEnd<V>;
    if (!error.isLeft || !itemwise.cancelOnFailure) return { isTaken: false, end };
    await filling.cancelJob();
    return { isTaken: false, end: { ...end, state: 'cancelled' } };
  }
}

class Filling<V> {
  readonly #run: JobRun<V>;
  readonly #index: number;
  readonly #itemwise: ItemwiseSubmission<V>;
  readonly #calls: ItemwiseCalls<V>;
  /** The last word on the job, where that was told already. */
  #lastWord: StatusReading<V> | undefined;
  /** Whether something was sent that got no answer: then the items are counted before the start. */
  #isUncertain: boolean;

  constructor(run: JobRun<V>, index: number, itemwise: ItemwiseSubmission<V>) {
    this.#run = run;
    this.#index = index;
    this.#itemwise = itemwise;
    this.#calls = new ItemwiseCalls(run);
    this.#isUncertain = this.#part.state !== 'prepared';
  }

  get #part() {
    return this.#run.part(this.#index);
  }

  /** Rejects with NotStarted; gives what is known of a job that is over. */
  async run(): Promise<StatusReading<V> | undefined> {
    await this.#fillAndStart();
    return this.#lastWord;
  }

  async #fillAndStart(): Promise<void> {
    const isFilled = this.#part.state === 'submitted';
    const status = this.#isUncertain ? await this.#lookUp() : 'absent';
    if (isFilled) {
      if (status === 'absent')
        throw this.#incomplete('the service does not know the job any more', undefined, false);
      if (status !== 'ready') return this.#setStarted();
    } else {
      if (status === 'started' || status === 'over')
        throw this.#incomplete('somebody else started the job', undefined, false);
      if (status === 'absent') await this.#create();
      await this.#sendItems();
    }
    // One that arrived late is there twice.
    if (this.#isUncertain) await this.#notArrived([]);
    if (!isFilled) await this.#run.change(this.#index, { state: 'submitted' });
    await this.#stopIfCancelled();
    await this.#start();
  }

  async #create(): Promise<void> {
    const { plan } = this.#run;
    if (this.#part.state === 'prepared') {
      await this.#stopIfCancelled();
      await this.#run.change(this.#index, { state: 'sending', sentAt: this.#run.clock.now(), accepted: 0 });
    }
    for (let attempt = 1; ; attempt++) {
      const read = (answer: JobAnswer) => plan.readSubmission(this.#part, answer);
      const sent = await this.#calls.send(plan.encodeSubmission(this.#part), read);
      if (sent.kind === 'taken') return this.#created();
      if (sent.kind === 'refused') throw await this.#refused(sent.cause);
      if (sent.kind === 'lost') {
        this.#isUncertain = true;
        const status = await this.#lookUp();
        if (status === 'ready') return this.#created();
        if (status !== 'absent') throw this.#incomplete('somebody else started the job', undefined, false);
      }
      if (attempt >= MAX_ATTEMPTS) throw await this.#refused(sent.cause);
      await this.#calls.pause(attempt, sent.answer);
    }
  }

  #created(): Promise<void> {
    return this.#run.change(this.#index, { id: this.#itemwise.id, accepted: this.#part.accepted ?? 0 });
  }

  async #sendItems(): Promise<void> {
    const { from, to, accepted = 0 } = this.#part;
    let left = range(from + accepted, to);
    if (this.#isUncertain) left = await this.#notArrived(left);
    let at = 0;
    let attempt = 0;
    while (at < left.length) {
      await this.#stopIfCancelled();
      const wave = this.#nextWave(left, at);
      const sent = await Promise.all(wave.map((item) => this.#sendItem(item)));
      if (sent.some(({ kind }) => kind === 'refused')) throw this.#itemRefused(wave, sent);
      // What was not taken comes next again.
      const untaken = wave.filter((_, place) => sent[place]?.kind !== 'taken');
      at += wave.length - untaken.length;
      for (const [place, item] of untaken.entries()) left[at + place] = item;
      if (sent.some(({ kind }) => kind === 'lost')) {
        this.#isUncertain = true;
        left = await this.#notArrived(left.slice(at));
        at = 0;
      }
      await this.#run.change(this.#index, { accepted: (left[at] ?? to) - from });
      this.#run.report('submitting', 0);
      const failed = sent.find(({ kind }) => kind !== 'taken');
      attempt = failed === undefined ? 0 : attempt + 1;
      if (failed === undefined) continue;
      if (attempt >= MAX_ATTEMPTS)
        throw this.#incomplete('the service does not take all items', causeOf(failed));
      await this.#calls.pause(attempt, answerOf(failed));
    }
  }

  /** Items that may be sent at once: those with the same key go one after another. */
  #nextWave(left: readonly number[], at: number): number[] {
    const keys = new Set<string>();
    const wave: number[] = [];
    for (const item of left.slice(at, at + this.#run.concurrency)) {
      const key = this.#itemwise.keyOf(item);
      if (keys.has(key)) break;
      keys.add(key);
      wave.push(item);
    }
    return wave;
  }

  #sendItem(item: number): Promise<Sent> {
    return this.#calls.send(this.#itemwise.encodeItem(this.#part, item));
  }

  /**
   * Which items the job does not have; rejects with NotStarted where it lacks others, or has more than ours. Items of one key
   * are sent in their order, so that the first of them are those that it has.
   */
  async #notArrived(left: readonly number[]): Promise<number[]> {
    const found = new Map(await this.#calls.ask(this.#itemwise.listItems(this.#part)));
    const isLeft = new Set(left);
    const take = (item: number) => {
      const key = this.#itemwise.keyOf(item);
      const count = found.get(key) ?? 0;
      if (count > 0) found.set(key, count - 1);
      return count > 0;
    };
    const { from, to } = this.#part;
    const others = range(from, to).filter((item) => !isLeft.has(item));
    if (!others.every(take)) throw this.#incomplete('the job lacks items that the service had taken');
    const absent = left.filter((item) => !take(item));
    const isOurs = [...found.values()].every((count) => count === 0);
    if (!isOurs) throw this.#incomplete('the job has items twice, or others');
    return absent;
  }

  async #start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const sent = await this.#calls.send(this.#itemwise.encodeStart(this.#part));
      if (sent.kind === 'taken') return this.#setStarted();
      if (sent.kind !== 'not-yet') {
        const status = await this.#lookUp();
        if (status === 'started' || status === 'over') return this.#setStarted();
        if (sent.kind === 'refused') throw new NotStarted(partEnd('failed', notExecuted(sent.cause)), true);
      }
      if (attempt >= MAX_ATTEMPTS) {
        if (sent.kind === 'not-yet') throw new NotStarted(partEnd('failed', notExecuted(sent.cause)), true);
        const message = 'nobody can tell whether the job was started';
        const error = new BatchError('submission-unknown', message, { cause: sent.cause });
        throw new NotStarted(partEnd('unknown', unknownOutcome(error)), false);
      }
      await this.#calls.pause(attempt, sent.answer);
    }
  }

  #setStarted(): Promise<void> {
    return this.#run.change(this.#index, { state: 'started' });
  }

  async #lookUp(): Promise<'ready' | 'started' | 'over' | 'absent'> {
    try {
      const { stage, reading } = await this.#calls.ask(this.#itemwise.lookUp(this.#part));
      if (stage === 'over') this.#lastWord = reading;
      return stage;
    } catch (error) {
      if (error instanceof BatchResponseError && error.status === 404) return 'absent';
      throw error;
    }
  }

  async #stopIfCancelled(): Promise<void> {
    if (!this.#run.isCancelled) return;
    if (this.#part.state !== 'prepared') await this.cancelJob();
    throw new NotStarted(partEnd('cancelled', CANCELLED), false);
  }

  async cancelJob(): Promise<void> {
    const call = this.#run.plan.cancel?.(this.#part, undefined);
    if (call === undefined) return;
    try {
      await this.#calls.ask(call);
    } catch (error) {
      // The answer to an earlier try may have been lost.
      if (!(error instanceof BatchResponseError) || (await this.#lookUp()) !== 'over') throw error;
    }
    await this.#run.change(this.#index, { state: 'finished' });
  }

  #itemRefused(wave: readonly number[], sent: readonly Sent[]): NotStarted<V> {
    const items = new Map<number, ItemReading<V>>();
    for (const [place, item] of wave.entries()) {
      const one = sent[place];
      if (one?.kind === 'refused') items.set(item, failedItem(one.cause, one.answer));
    }
    const message = 'the job was not started: the service did not take all items';
    const rest = notExecuted<V>(new BatchError('submission-incomplete', message));
    return new NotStarted({ state: 'failed', items, rest }, true);
  }

  #incomplete(problem: string, cause?: BatchError, isLeft = true): NotStarted<V> {
    const message = `the job was not started: ${problem}`;
    const error = new BatchError('submission-incomplete', message, cause === undefined ? {} : { cause });
    return new NotStarted(partEnd('failed', notExecuted(error)), isLeft);
  }

  async #refused(cause: BatchError): Promise<NotStarted<V>> {
    // There is no job of ours: whoever finds the ticket is not to take another one's for it.
    if (!this.#isUncertain) await this.#run.change(this.#index, { state: 'prepared' });
    return new NotStarted(partEnd('failed', notExecuted(cause), cause), false);
  }
}

function failedItem<V>(cause: BatchError, answer: JobAnswer | undefined): ItemReading<V> {
  const status = answer?.status;
  const known = answer === undefined ? undefined : errorOf(answer);
  const error = {
    code: known?.code || String(status ?? cause.code),
    message: known?.message || cause.message,
  };
  return { outcome: 'failed', ok: false, error, ...(status !== undefined && { status }) };
}

function errorOf(answer: JobAnswer): { code: string; message: string } | undefined {
  try {
    return readJsonError(parseJson(answer));
  } catch {
    return undefined;
  }
}

function answerOf(sent: Sent): JobAnswer | undefined {
  return sent.kind === 'taken' ? undefined : sent.answer;
}

function causeOf(sent: Sent): BatchError | undefined {
  return sent.kind === 'taken' ? undefined : sent.cause;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, place) => from + place);
}
