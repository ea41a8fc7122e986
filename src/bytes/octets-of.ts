/** The kind of a true typed array, of whatever realm; undefined for all else, whatever it calls itself. */
const typedArrayKind = /* @__PURE__ */ Object.getOwnPropertyDescriptor(
  /* @__PURE__ */ Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/**
 * The bytes of an ArrayBuffer or of a view of one: a typed array of any kind, or a DataView. Undefined for everything else, and
 * for a view whose memory is gone.
 *
 * Of any realm: under Jest, in a frame or in a `vm` context the runtime's own, a Buffer or what a fetch reads, are no instances of
 * the global Uint8Array.
 */
export function octetsOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // Nearly all bodies are plain objects, whose missing properties cost most.
  if (Object.getPrototypeOf(value) === Object.prototype) return undefined;
  try {
    if (ArrayBuffer.isView(value)) return octetsOfView(value);
    return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
  } catch {
    // The memory was transferred, or a resizable buffer has become too short.
    return undefined;
  }
}

/** Whether it is a Uint8Array, of whatever realm. */
export function isOctets(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && typedArrayKind.call(value) === 'Uint8Array';
}

/** What is wrong with something that looks like bytes and is none; undefined for all else. */
export function falseOctets(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || isArrayBuffer(value)) {
    return octetsOf(value) === undefined ? 'view of memory that is gone' : undefined;
  }
  const looksLikeBytes =
    value instanceof ArrayBuffer || value instanceof DataView || value instanceof TypedArray;
  return looksLikeBytes ? 'look-alike of an array of bytes' : undefined;
}

const TypedArray = /* @__PURE__ */ Object.getPrototypeOf(Uint8Array) as new () => object;

/** Throws a TypeError where the memory of the view is gone. */
function octetsOfView(view: ArrayBufferView): Uint8Array {
  const isTypedArray = typedArrayKind.call(view) !== undefined;
  // A typed array without memory is empty, and only its methods throw; of a DataView the length does.
  if (view.byteLength === 0 && isTypedArray) Uint8Array.prototype.keys.call(view as Uint8Array);
  return isOctets(view) ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function isArrayBuffer(value: object): value is ArrayBuffer {
  if ((value as Partial<ArrayBuffer>)[Symbol.toStringTag] !== 'ArrayBuffer') return false;
  try {
    // Only a true one has a length; others may call themselves so.
    byteLength.call(value);
    return true;
  } catch {
    return false;
  }
}

const byteLength = /* @__PURE__ */ Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')
  ?.get as (this: unknown) => number;
