import { HeaderFields } from '../mime/header-list.ts';
import type { FaultMaker } from './open-references.ts';
import type { RequestSettings } from './request-settings.ts';

/** The headers of an operation, without those that may not stand inside a batch where they are to be left out (X8). */
export function allowedHeaders(
  headers: HeaderFields,
  { forbiddenHeaders: policy, version }: RequestSettings,
  fault: FaultMaker,
): HeaderFields {
  if (policy === 'allow') return headers;
  const isForbidden = ([name]: readonly [string, string]) => version.forbiddenInside.has(name.toLowerCase());
  const fields = [...headers];
  const forbidden = fields.find(isForbidden);
  if (forbidden === undefined) return headers;
  if (policy === 'error') throw fault('forbidden-header', `${forbidden[0]} may not stand inside a batch`);
  return new HeaderFields(fields.filter((field) => !isForbidden(field)));
}
