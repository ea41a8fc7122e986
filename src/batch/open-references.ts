import type { SyntaxErrorCode } from '../errors.ts';
import type { Fault } from '../fault.ts';

/** Makes a fault of the place that is being read. */
export type FaultMaker = (code: SyntaxErrorCode, text: string) => Fault;

/** References whose target was not there when they were read: whether it comes later, or never, only the end tells. */
export class OpenReferences {
  readonly #references: { readonly id: string; readonly fault: FaultMaker }[] = [];

  add(id: string, fault: FaultMaker): void {
    this.#references.push({ id, fault });
  }

  /** Tells the first reference that leads nowhere: only what comes before can have been created. */
  end(isKnown: (id: string) => boolean): void {
    const [first] = this.#references;
    if (first === undefined) return;
    const { id, fault } = first;
    if (isKnown(id)) throw forwardReference(id, fault);
    throw fault('unknown-reference', `no operation has the Content-ID ${id}`);
  }
}

export function forwardReference(id: string, fault: FaultMaker): Fault {
  return fault('forward-reference', `the operation with Content-ID ${id} comes later`);
}
