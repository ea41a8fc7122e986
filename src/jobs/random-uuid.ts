/** A UUID of version 4. */
export function randomUuid(): string {
  const { crypto } = globalThis as unknown as { crypto: { getRandomValues(octets: Uint8Array): Uint8Array } };
  const octets = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(octets, (octet, place) => {
    // The version, and the variant of RFC 9562.
    if (place === 6) return (octet & 0x0f) | 0x40;
    return place === 8 ? (octet & 0x3f) | 0x80 : octet;
  }).map((octet) => octet.toString(16).padStart(2, '0'));
  const part = (from: number, to: number) => hex.slice(from, to).join('');
  return [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join('-');
}
