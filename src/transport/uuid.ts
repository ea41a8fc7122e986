/** A UUID of version 4 (RFC 9562 section 5.4). @param octets 16 random ones */
export function uuid(octets: Uint8Array): string {
  const hex = Array.from(octets, (octet, place) => {
    const marked = place === 6 ? (octet & 0x0f) | 0x40 : place === 8 ? (octet & 0x3f) | 0x80 : octet;
    return marked.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
