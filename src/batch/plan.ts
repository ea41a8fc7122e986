import type { ODataVersion } from '../odata/version.ts';
import type { BatchFormat } from './batch-format.ts';
import type { Batch, Operation } from './operation.ts';
import type { Service } from './service.ts';
import type { UsageWarning } from './usage-warning.ts';

/** What a service's rules made of a URL. */
export interface Rewrite {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** One operation as it goes on the wire. */
export interface PlannedOperation {
  /** The caller's own object. */
  readonly operation: Operation;
  /** Place in the flattened batch, from 0. */
  readonly index: number;
  /** Place in the batch: `[1]`, or `[1, 0]` in a change set. */
  readonly path: readonly [number] | readonly [number, number];
  /** The Content-ID. */
  readonly id: string;
  /** Whether the Content-ID is written. */
  readonly idSent: boolean;
  /** What is written instead of `id`, where the service numbers the operations itself. */
  readonly wireId?: string | undefined;
  readonly method: string;
  /** The request target as written. */
  readonly url: string;
  /** All fields of the HTTP message, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Names of the fields that the caller did not give. */
  readonly addedHeaders: readonly string[];
  /** The name of its change set (JSON format). */
  readonly atomicityGroup?: string | undefined;
  /** What it depends on, as written: ids, and names of other change sets (JSON format). */
  readonly dependsOn?: readonly string[] | undefined;
  /** The condition (JSON format). */
  readonly if?: string | undefined;
  readonly rewrite?: Rewrite | undefined;
  /** Where several operations go as one: the places of the others in the flattened batch. */
  readonly coalescedWith?: readonly number[] | undefined;
  /** Place in the flattened batch of the operation that it goes with; undefined where it is sent itself. */
  readonly sentAs?: number | undefined;
}

/** The operations of a plan, nested like the batch. */
export type PlannedItem = PlannedOperation | readonly PlannedOperation[];

/** All that encoding decided and decoding needs: give it, or the encoded request that carries it, to the decoder. */
export interface Plan<B extends Batch = Batch> {
  readonly batch: B;
  readonly format: BatchFormat;
  readonly version: ODataVersion;
  readonly service: Service | undefined;
  /** What relative URLs are relative to; default the service's own. */
  readonly serviceRoot?: string | undefined;
  /** Whether the service was asked to go on after a failure; undefined where the batch did not say. */
  readonly continueOnError: boolean | undefined;
  /** Whether the service was asked to answer later (`Prefer: respond-async`). */
  readonly respondAsync: boolean;
  readonly items: readonly PlannedItem[];
  /** What is doubtful about the batch, in the order of the batch. */
  readonly warnings: readonly UsageWarning[];
  /** In a plan of what is still pending: the monitor that is asked for it. */
  readonly monitor?: string | undefined;
}

export function isChangeSet(item: PlannedItem): item is readonly PlannedOperation[] {
  return Array.isArray(item);
}

/** The Content-ID as written; undefined where none is. */
export function writtenId({ id, idSent, wireId }: PlannedOperation): string | undefined {
  return idSent ? (wireId ?? id) : undefined;
}

/** The items of a plan as they are sent: without operations that go with others. */
export function sentItems(items: readonly PlannedItem[]): readonly PlannedItem[] {
  const isSent = ({ sentAs }: PlannedOperation) => sentAs === undefined;
  // Nearly no plan has any.
  if (items.every((item) => (isChangeSet(item) ? item.every(isSent) : isSent(item)))) return items;
  return items.flatMap((item): PlannedItem[] => {
    if (!isChangeSet(item)) return isSent(item) ? [item] : [];
    return [item.filter(isSent)];
  });
}
