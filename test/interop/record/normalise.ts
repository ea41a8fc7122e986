/**
 * Replaces what differs from run to run: ports, times, GUIDs. Everything keeps its length, so that an
 * inner Content-Length stays as right or wrong as it was; one GUID stays one GUID in what one normaliser sees.
 */
export class Normaliser {
  readonly #guids = new Map<string, string>();

  text(value: string): string {
    return value
      .replace(/(127\.0\.0\.1|localhost):(\d+)/g, (_, host: string, port: string) => `${host}:${fixed(port)}`)
      .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, (guid) => this.#guid(guid.toLowerCase()))
      .replace(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, 'Thu, 01 Jan 2026 00:00:00 GMT')
      .replace(
        /\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d(?::|%3A)\d\d(\.\d+)?Z/g,
        (_, colon: string, fraction = '') =>
          `2026-01-01T00${colon}00${colon}00${fraction.replace(/\d/g, '0')}Z`,
      );
  }

  /** All that is replaced is ASCII: Latin-1 carries every other octet through unchanged. */
  bytes(value: Buffer): Buffer {
    return Buffer.from(this.text(value.toString('latin1')), 'latin1');
  }

  #guid(guid: string): string {
    let known = this.#guids.get(guid);
    if (known === undefined) {
      known = `00000000-0000-4000-8000-${String(this.#guids.size + 1).padStart(12, '0')}`;
      this.#guids.set(guid, known);
    }
    return known;
  }
}

/** Free ports have five digits; another length would shift the Content-Lengths. */
function fixed(port: string): string {
  if (port.length !== 5) throw new Error(`port ${port} can't be replaced by one of the same length`);
  return '10000';
}
