/**
 * Batches that are answered later: under a ticket, by Ecwid, Kibo, Quartile, and OData services that answer asynchronously.
 *
 * @module
 */
export {
  type EcwidBatch,
  type EcwidOptions,
  type EcwidService,
  type EcwidSubmit,
  ecwid,
} from './jobs/ecwid.ts';
export type {
  Job,
  JobArguments,
  JobCancelled,
  JobEnd,
  JobFailed,
  JobNotExecuted,
  JobOptions,
  JobOutcome,
  JobPending,
  JobProgress,
  JobResult,
  JobResultBase,
  JobState,
  JobSucceeded,
  JobTicket,
  JobUnknown,
  JobWarning,
  JobWarningCode,
  NativeResult,
  PartState,
  RunOptions,
  TicketPart,
} from './jobs/job.ts';
export type {
  ItemReading,
  ItemwiseSubmission,
  JobAnswer,
  JobCall,
  JobItem,
  JobPlan,
  JobRequest,
  JobService,
  JobStage,
  Moment,
  Part,
  StatusReading,
  SubmissionReading,
} from './jobs/job-service.ts';
export {
  type KiboItemQuery,
  type KiboJob,
  type KiboOptions,
  type KiboService,
  kibo,
} from './jobs/kibo.ts';
export type { KiboItem } from './jobs/kibo-items.ts';
export type { KiboSubmit } from './jobs/kibo-submit.ts';
export type { KiboResourceType, KiboSpelling } from './jobs/kibo-update.ts';
export { type ODataAsyncOptions, type ODataSubmit, odataAsync } from './jobs/odata-async.ts';
export { type QuartileOptions, type QuartileSubmit, quartile } from './jobs/quartile.ts';
export type { QuartileResult } from './jobs/quartile-status.ts';
export { callService, resumeJob, runJob } from './jobs/run-job.ts';
