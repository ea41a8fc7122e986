import type { Fault } from '../fault.ts';
import { HeaderFields } from '../mime/header-list.ts';
import type { Reading } from '../reading.ts';
import type { FaultMaker } from './open-references.ts';
import type { RequestSettings } from './request-settings.ts';

/**
 * The headers of an operation, without those that do not belong inside a batch where they are to be left out (X8). Clients write
 * them, and they change nothing of what an operation is: what they mean, the service decides (H-49).
 */
export function allowedHeaders(
  headers: HeaderFields,
  { forbiddenHeaders: policy, version }: RequestSettings,
  { warn }: Pick<Reading, 'warn'>,
  fault: FaultMaker,
): HeaderFields {
  if (policy === 'allow') return headers;
  const isForbidden = ([name]: readonly [string, string]) => version.forbiddenInside.has(name.toLowerCase());
  const fields = [...headers];
  const forbidden = fields.find(isForbidden);
  if (forbidden === undefined) return headers;
  const found: Fault = fault('forbidden-header', `${forbidden[0]} belongs to the batch, not to an operation`);
  if (policy === 'error') throw found;
  // A part is not chunked: what a transfer encoding did to its body, no reader undoes (H-50).
  if (policy === undefined && !fields.some(([name]) => /^transfer-encoding$/i.test(name))) {
    warn('forbidden-header', found.offset, found.path);
    return headers;
  }
  if (policy === undefined) throw found;
  return new HeaderFields(fields.filter((field) => !isForbidden(field)));
}
