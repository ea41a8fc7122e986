/** The words in which Kibo's page and its OpenAPI schema differ. */
export interface Spelling {
  /** The field with a job's name. */
  readonly name: 'jobName' | 'name';
  readonly actions: readonly [start: string, cancel: string, reset: string];
  /** The status of an item whose job was cancelled. */
  readonly canceled: 'Canceled' | 'Cancelled';
  /** What a job is while its items are done. The page has no word for it: it is not processed yet. */
  readonly running: 'Ready' | 'Running';
}

export const SPELLINGS: Readonly<Record<'docs' | 'openapi', Spelling>> = {
  docs: { name: 'jobName', actions: ['start', 'cancel', 'reset'], canceled: 'Canceled', running: 'Ready' },
  openapi: { name: 'name', actions: ['Start', 'Cancel', 'Reset'], canceled: 'Cancelled', running: 'Running' },
};
