/**
 * Gives an object properties that programs read by name and nobody prints: `console`, `util.inspect`, `JSON.stringify` and
 * structured clones leave them out, since they hold header values, queries and bodies. Returns the object.
 */
export function defineUnprinted<T extends object, P extends object>(object: T, properties: P): T & P {
  for (const [name, value] of Object.entries(properties)) {
    // Accessors: Bun prints values that are not enumerable.
    Object.defineProperty(object, name, { get: () => value, configurable: true });
  }
  return object as T & P;
}
