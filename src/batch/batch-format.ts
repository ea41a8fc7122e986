/** The formats of a batch: `multipart/mixed` (RFC 2046), or JSON (OData 4.01 JSON Format, section 19). */
export type BatchFormat = 'multipart' | 'json';

export const BATCH_FORMATS: readonly BatchFormat[] = ['multipart', 'json'];

/** Whether a service stops at the first failure: where a batch does not say, multipart does and JSON does not (X7). */
export function stopsAtFailure(format: BatchFormat, continueOnError: boolean | undefined): boolean {
  return !(continueOnError ?? format === 'json');
}
