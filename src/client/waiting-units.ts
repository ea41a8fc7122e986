import type { Unit } from './unit.ts';

/** What a batch has room for. */
export interface Room {
  readonly operations: number;
  readonly items: number;
  readonly bytes: number;
}

/** What could be sent now. */
export interface Ready {
  /** How many operations, counted up to what was asked for. */
  readonly operations: number;
  /** How many operations the first unit has, which has to fit whatever else does. */
  readonly first: number;
  /** When there may be more, where time alone brings it. */
  readonly wakeAt: number;
}

/** What the service may still be at work on. */
interface Hold {
  readonly until: number;
  /** Of the first unit that was lost. */
  readonly sequence: number;
}

/**
 * Units that wait to be sent, in order. A unit waits for those before it that share a key with it and have not got their results,
 * unless they are in the same batch, which the service works on in order.
 */
export class WaitingUnits {
  /** By sequence. */
  readonly #units: Unit[] = [];
  /** Keys of units under way. */
  readonly #busy = new Map<string, number>();
  /** Keys of units whose answer was lost, and until when the service may still be at work on them. */
  readonly #held = new Map<string, Hold>();
  readonly #sizeOf: (unit: Unit) => number;
  readonly #isOrdered: boolean;
  #operations = 0;

  /**
   * @param sizeOf octets of a unit; asked only where they matter
   * @param isOrdered whether the service works on a batch in order
   */
  constructor(sizeOf: (unit: Unit) => number, isOrdered: boolean) {
    this.#sizeOf = sizeOf;
    this.#isOrdered = isOrdered;
  }

  get operations(): number {
    return this.#operations;
  }

  /** Puts a unit in its place, whether it is new or comes back. */
  add(unit: Unit): void {
    this.#operations += unit.operations;
    let place = this.#units.length;
    while (place > 0 && (this.#units[place - 1] as Unit).sequence > unit.sequence) place--;
    this.#units.splice(place, 0, unit);
  }

  /** What could be sent now, as far as a batch of so many operations takes it. */
  ready(operations: number, now: number): Ready {
    let first = 0;
    let count = 0;
    const wakeAt = this.#scan(now, (unit) => {
      first ||= unit.operations;
      count += unit.operations;
      return count < operations ? 'taken' : 'last';
    });
    return { operations: Math.min(count, Math.max(operations, first)), first, wakeAt };
  }

  /** Takes units for a batch, as many as there is room for. Their keys are busy until they are freed. */
  take(room: Room, now: number): Unit[] {
    const taken = new Set<Unit>();
    const ids = new Set<string>();
    let { operations, items, bytes } = room;
    this.#scan(now, (unit) => {
      const size = Number.isFinite(bytes) ? this.#sizeOf(unit) : 0;
      const fits = unit.operations <= operations && unit.items.length <= items;
      // What is too large for any batch goes alone, and the service says so.
      const hasBytes = size <= bytes || taken.size === 0;
      if (!fits || !hasBytes || unit.ids.some((id) => ids.has(id))) return 'passed';
      for (const id of unit.ids) ids.add(id);
      taken.add(unit);
      operations -= unit.operations;
      items -= unit.items.length;
      bytes -= size;
      return operations > 0 && items > 0 ? 'taken' : 'last';
    });
    if (taken.size > 0) this.#remove(taken);
    for (const unit of taken) {
      for (const key of unit.keys) this.#busy.set(key, (this.#busy.get(key) ?? 0) + 1);
    }
    return [...taken];
  }

  /** Says that a unit is no longer under way. */
  free(unit: Unit): void {
    for (const key of unit.keys) {
      const left = (this.#busy.get(key) ?? 0) - 1;
      if (left > 0) this.#busy.set(key, left);
      else this.#busy.delete(key);
    }
  }

  /** Says until when the service may still be at work on a unit: those behind it with its keys wait until then. */
  hold({ keys, sequence }: Unit, until: number): void {
    for (const key of keys) {
      const held = this.#held.get(key);
      this.#held.set(key, {
        until: Math.max(until, held?.until ?? until),
        sequence: Math.min(sequence, held?.sequence ?? sequence),
      });
    }
  }

  /** Takes all there is. */
  clear(): Unit[] {
    this.#operations = 0;
    return this.#units.splice(0);
  }

  /** Shows units that can go, in order, until one was the last; returns when time alone brings more. */
  #scan(now: number, visit: (unit: Unit) => 'taken' | 'passed' | 'last'): number {
    let wakeAt = Number.POSITIVE_INFINITY;
    // Keys of units that were passed over: what is behind them has to wait for them.
    const blocked = new Set<string>();
    for (const unit of this.#units) {
      let isBlocked = false;
      let from = unit.notBefore;
      for (const key of unit.keys) {
        isBlocked ||= this.#busy.has(key) || blocked.has(key);
        from = Math.max(from, this.#heldUntil(key, unit, now));
      }
      if (!isBlocked && from > now) wakeAt = Math.min(wakeAt, from);
      const verdict = isBlocked || from > now ? 'passed' : visit(unit);
      if (verdict === 'last') break;
      if (verdict === 'passed' || !this.#isOrdered) for (const key of unit.keys) blocked.add(key);
    }
    return wakeAt;
  }

  #heldUntil(key: string, { sequence }: Unit, now: number): number {
    const held = this.#held.get(key);
    if (held !== undefined && held.until <= now) this.#held.delete(key);
    return held !== undefined && sequence > held.sequence ? held.until : Number.NEGATIVE_INFINITY;
  }

  #remove(taken: ReadonlySet<Unit>): void {
    let kept = 0;
    let left = taken.size;
    let at = 0;
    for (; left > 0; at++) {
      const unit = this.#units[at] as Unit;
      if (taken.has(unit)) {
        left--;
        this.#operations -= unit.operations;
      } else this.#units[kept++] = unit;
    }
    this.#units.splice(kept, at - kept);
  }
}
