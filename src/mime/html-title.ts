const BEGIN = /<title(?:[\s/][^<>]*)?>/i;
const END = /<\/title/i;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** The text of the first title of a page; undefined where it has none. Takes linear time, whatever the page. */
export function htmlTitle(page: string): string | undefined {
  const begin = BEGIN.exec(page);
  if (begin === null) return undefined;
  const rest = page.slice(begin.index + begin[0].length);
  const end = rest.search(END);
  return (end === -1 ? rest : rest.slice(0, end)).replace(REFERENCE, characterOf);
}

function characterOf(reference: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? reference;
  const codePoint = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return codePoint > 0x10ffff ? '\ufffd' : String.fromCodePoint(codePoint);
}
