import { OpenReferences } from '../../batch/open-references.ts';
import type { SyntaxErrorCode } from '../../errors.ts';
import type { Fault } from '../../fault.ts';
import type { Reading } from '../../reading.ts';

/** An operation as the others see it. */
export interface Dependent {
  readonly id: string | undefined;
  readonly group: string | undefined;
  /** What `dependsOn` says. */
  readonly names: readonly string[];
  /** The id that the URL refers to. */
  readonly reference: string | undefined;
  /** Makes a fault of one of its members. */
  readonly fault: (member: string, code: SyntaxErrorCode, message: string) => Fault;
}

/** Ids, names of change sets and what depends on them, in the order of the batch (J-03, J-07, J-08, J-09). */
export class Dependencies {
  /** The change set of each id. */
  readonly #groupOfId = new Map<string, string | undefined>();
  /** The first id of each change set, which stands for all of it: listing all would take as much as they are, each time. */
  readonly #firstOfGroup = new Map<string, string | undefined>();
  readonly #open = new OpenReferences();
  readonly #isReferenceEnough: boolean;
  #lastGroup: string | undefined;

  constructor({ tolerate }: Reading) {
    this.#isReferenceEnough = tolerate.has('missing-dependency');
  }

  /** Takes the next operation; returns the ids that it depends on. */
  add(operation: Dependent): string[] {
    const { id, group } = operation;
    const needed = operation.names.flatMap((name) => this.#resolve(name, operation));
    this.#checkReference(operation);
    if (id !== undefined) this.#addId(id, operation);
    if (group !== undefined) this.#addMember(group, operation);
    this.#lastGroup = group;
    return [...new Set(needed)];
  }

  /** Tells the names that lead nowhere. */
  end(): void {
    this.#open.end((name) => this.#groupOfId.has(name) || this.#firstOfGroup.has(name));
  }

  #resolve(name: string, { group, names, fault }: Dependent): string[] {
    if (name === group) {
      throw fault('dependsOn', 'forward-reference', 'an operation must not depend on its own change set');
    }
    if (this.#firstOfGroup.has(name)) {
      const first = this.#firstOfGroup.get(name);
      if (first !== undefined) return [first];
      throw fault('dependsOn', 'missing-content-id', 'expected an id in the change set that is depended on');
    }
    if (!this.#groupOfId.has(name)) {
      this.#open.add(name, (code, text) => fault('dependsOn', code, text));
      return [];
    }
    const other = this.#groupOfId.get(name);
    if (other === undefined || other === group) return [name];
    // The format asks for the id that a URL refers to and for its change set; the set, which is listed too, says it all (J-09).
    if (names.includes(other)) return [];
    const message = `"${name}" is part of the change set "${other}": list "${other}" in dependsOn`;
    throw fault('dependsOn', 'reference-out-of-scope', message);
  }

  #checkReference({ reference, group, names, fault }: Dependent): void {
    if (reference === undefined) return;
    if (!this.#groupOfId.has(reference)) {
      this.#open.add(reference, (code, text) => fault('url', code, text));
      return;
    }
    const other = this.#groupOfId.get(reference);
    const name = other === undefined || other === group ? reference : other;
    if (names.includes(name) || this.#isReferenceEnough) return;
    throw fault('url', 'missing-dependency', `expected "${name}" in dependsOn, because the URL refers to it`);
  }

  #addId(id: string, { group, fault }: Dependent): void {
    if (this.#groupOfId.has(id)) throw fault('id', 'duplicate-content-id', `the id ${id} is taken already`);
    if (this.#firstOfGroup.has(id))
      throw fault('id', 'duplicate-content-id', `${id} is the name of a change set`);
    this.#groupOfId.set(id, group);
  }

  #addMember(group: string, { id, fault }: Dependent): void {
    if (this.#groupOfId.has(group)) {
      throw fault('atomicityGroup', 'duplicate-content-id', `${group} is the id of an operation`);
    }
    if (this.#firstOfGroup.has(group) && group !== this.#lastGroup) {
      const message = 'expected the operations of a change set side by side';
      throw fault('atomicityGroup', 'split-change-set', message);
    }
    this.#firstOfGroup.set(group, this.#firstOfGroup.get(group) ?? id);
  }
}
