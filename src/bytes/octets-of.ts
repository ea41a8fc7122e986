/**
 * The octets of a Uint8Array or an ArrayBuffer; undefined for everything else.
 *
 * Of any realm: under Jest, in a frame or in a `vm` context the runtime's own, a Buffer or what a fetch reads, are no instances of
 * the global Uint8Array.
 */
export function octetsOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  // Nearly all bodies are plain objects, whose missing properties cost most.
  if (Object.getPrototypeOf(value) === Object.prototype) return undefined;
  if (ArrayBuffer.isView(value)) return isUint8Array(value) ? value : undefined;
  return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

/** Whether it is a Uint8Array, of whatever realm. */
export function isOctets(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || (ArrayBuffer.isView(value) && isUint8Array(value));
}

function isUint8Array(view: ArrayBufferView): view is Uint8Array {
  return (view as Partial<Uint8Array>)[Symbol.toStringTag] === 'Uint8Array';
}

function isArrayBuffer(value: object): value is ArrayBuffer {
  if (value instanceof ArrayBuffer) return true;
  if ((value as Partial<ArrayBuffer>)[Symbol.toStringTag] !== 'ArrayBuffer') return false;
  try {
    // Only a true one lets itself be cut; others may call themselves so.
    ArrayBuffer.prototype.slice.call(value, 0, 0);
    return true;
  } catch {
    return false;
  }
}
