import type { Service } from './service.ts';

/** What ids are compared by: equal keys mean one operation. */
export interface IdKeys {
  readonly sent: (id: string) => string;
  readonly received: (id: string) => string;
}

/** Ids as a service repeats them and tells them apart. */
export function compileIdKeys(service: Service | undefined): IdKeys {
  const fold = (id: string) => (service?.foldsIds ? id.toLowerCase() : id);
  return { sent: fold, received: (id) => fold(service?.sentId?.(id) ?? id) };
}
