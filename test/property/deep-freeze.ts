import { expect } from 'vitest';

/**
 * Freezes a value through and through; octets, which can't be frozen, are copied instead.
 *
 * @returns a check that no octet has changed since
 */
export function deepFreeze(value: unknown): () => void {
  const copies: { readonly view: Uint8Array; readonly copy: Uint8Array }[] = [];
  const seen = new Set<unknown>();
  const walk = (each: unknown): void => {
    if (typeof each !== 'object' || each === null || seen.has(each)) return;
    seen.add(each);
    if (each instanceof ArrayBuffer || ArrayBuffer.isView(each)) {
      const view =
        each instanceof ArrayBuffer
          ? new Uint8Array(each)
          : new Uint8Array(each.buffer, each.byteOffset, each.byteLength);
      copies.push({ view, copy: view.slice() });
      return;
    }
    Object.freeze(each);
    if (each instanceof Map) for (const entry of each) walk(entry);
    for (const property of Reflect.ownKeys(each)) walk(Reflect.get(each, property));
  };
  walk(value);
  return () => {
    for (const { view, copy } of copies) expect(view).toEqual(copy);
  };
}
