import { decodeUtf8, latin1 } from '../../bytes/text.ts';
import { utf8SequenceLength } from '../../bytes/utf8-sequence.ts';
import { BatchLimitError } from '../../errors.ts';
import { Fault } from '../../fault.ts';
import type { Path, Slice } from '../../reading.ts';

/** A value as it stands in the text: the octets from `start` to `end`. */
export interface RawValue {
  readonly start: number;
  readonly end: number;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
}

const QUOTE = 0x22;
const ZERO = 0x30;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LETTER_T = 0x74;

/** What the first octet says of a value; any other begins a number, or nothing. */
const KINDS: Readonly<Record<number, RawValue['kind']>> = {
  [QUOTE]: 'string',
  [OPEN_BRACKET]: 'array',
  [OPEN_BRACE]: 'object',
  [LETTER_T]: 'boolean',
  102: 'boolean',
  110: 'null',
};

/** What may stand behind a backslash, but for `u` and its digits. */
const ESCAPES = '"\\/bfnrt';
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BEGUN_NUMBER = /^-$|^-?(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?)$/;

/**
 * Walks over JSON text (RFC 8259) octet by octet, once, and tells where its values begin and end: bodies are taken out of a
 * batch as they stand, and never parsed and printed again. Where values repeat nothing recurses, so that depth costs no stack.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #base: number;
  readonly #maxDepth: number;
  #at = 0;
  #depth = 0;
  /** What is being read, for faults. */
  path: Path = '';

  /** @param maxDepth how many arrays and objects may stand in each other */
  constructor({ bytes, start, end, base }: Slice, maxDepth: number) {
    this.#bytes = bytes.subarray(start, end);
    this.#base = base + start;
    this.#maxDepth = maxDepth;
  }

  /** The octet behind what was read. */
  get at(): number {
    return this.#at;
  }

  /** Goes back to a value that was passed over, reads it once more, and goes on where it was. */
  reread({ start }: RawValue, read: () => void): void {
    const at = this.#at;
    this.#at = start;
    read();
    this.#at = at;
  }

  /** Reads an object; `onMember` has to take the value of each member. */
  object(onMember: (name: string, nameAt: number) => void): void {
    this.#expect(OPEN_BRACE, 'an object');
    this.#enter();
    if (!this.#closes(CLOSE_BRACE)) {
      do {
        const start = this.#space();
        const end = this.#name();
        onMember(this.text({ start, end, kind: 'string' }), start);
      } while (this.#continues(CLOSE_BRACE));
    }
    this.#depth--;
  }

  /** Reads an array; `onElement` has to take each element. */
  array(onElement: (index: number) => void): void {
    this.#expect(OPEN_BRACKET, 'an array');
    this.#enter();
    let index = 0;
    if (!this.#closes(CLOSE_BRACKET)) {
      do onElement(index++);
      while (this.#continues(CLOSE_BRACKET));
    }
    this.#depth--;
  }

  /** Passes over a value of any kind, which is then known to be one. */
  value(): RawValue {
    const start = this.#space();
    const kind = this.peek();
    if (kind === 'object' || kind === 'array') this.#container();
    else this.#scalar(kind);
    return { start, end: this.#at, kind };
  }

  /** The kind of the value that begins here. */
  peek(): RawValue['kind'] {
    const first = this.#next();
    const kind = KINDS[first];
    if (kind === undefined && !isInNumber(first)) throw this.#fault('expected a value');
    return kind ?? 'number';
  }

  /** Only white space may be left. */
  finish(): void {
    if (this.#space() < this.#bytes.length) throw this.#fault('expected nothing behind the JSON');
  }

  octets({ start, end }: RawValue): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, end);
  }

  /** The text of a string. */
  text(raw: RawValue): string {
    const literal = decodeUtf8(this.octets(raw)) ?? '';
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  /** The value of a number. */
  number({ start, end }: RawValue): number {
    return Number(latin1(this.#bytes, start, end));
  }

  /** Where in the message a place in the text is. */
  offsetOf(at: number): number {
    return this.#base + at;
  }

  #container(): void {
    /** What closes each array and object that is open, from the outermost. */
    const open: number[] = [];
    for (;;) {
      const kind = this.peek();
      if (kind === 'object' || kind === 'array') {
        const close = kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET;
        this.#at++;
        this.#enter();
        open.push(close);
        if (this.#next() !== close) {
          if (close === CLOSE_BRACE) this.#name();
          continue;
        }
      } else {
        this.#scalar(kind);
      }
      for (;;) {
        const close = open.at(-1);
        if (close === undefined) return;
        if (this.#continues(close)) {
          if (close === CLOSE_BRACE) this.#name();
          break;
        }
        this.#depth--;
        open.pop();
      }
    }
  }

  #scalar(kind: RawValue['kind']): void {
    if (kind === 'string') this.#string();
    else if (kind === 'number') this.#number();
    else if (kind === 'null') this.#literal('null');
    else this.#literal(this.#bytes[this.#at] === LETTER_T ? 'true' : 'false');
  }

  /** Passes over the name of a member and its colon; returns where the name ends. */
  #name(): number {
    if (this.#next() !== QUOTE) throw this.#fault('expected a name in quotes');
    this.#string();
    const end = this.#at;
    this.#expect(COLON, '":"');
    return end;
  }

  #string(): void {
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.#at + 1;
    while (at < length) {
      const octet = bytes[at] as number;
      if (octet === QUOTE) {
        this.#at = at + 1;
        return;
      }
      if (octet === BACKSLASH) at += this.#escape(at);
      else if (octet >= 0x80) at += this.#sequence(at);
      else if (octet >= 0x20) at++;
      else throw this.#fault('expected control characters to be escaped', at);
    }
    throw this.#endsHere();
  }

  /** The length of an escape. */
  #escape(at: number): number {
    const octet = this.#bytes[at + 1];
    if (octet === undefined) throw this.#endsHere();
    const letter = String.fromCharCode(octet);
    if (ESCAPES.includes(letter)) return 2;
    const digits = latin1(this.#bytes, at + 2, Math.min(at + 6, this.#bytes.length));
    if (letter !== 'u' || !/^[\da-f]*$/i.test(digits)) throw this.#fault('expected an escape of JSON', at);
    if (digits.length < 4) throw this.#endsHere();
    return 6;
  }

  #sequence(at: number): number {
    const length = utf8SequenceLength(this.#bytes, at);
    if (length === 'cut') throw this.#endsHere();
    if (length > 0) return length;
    throw new Fault('invalid-text', 'expected UTF-8', this.offsetOf(at), this.path);
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++) {
      const octet = this.#bytes[this.#at + i];
      if (octet === undefined) throw this.#endsHere();
      if (octet !== word.charCodeAt(i)) throw this.#fault('expected a value');
    }
    this.#at += word.length;
  }

  #number(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    while (isDigit(bytes[end])) end++;
    // Most are whole numbers, which need no text to be known by.
    if (!isInNumber(bytes[end]) && end > start && (bytes[start] !== ZERO || end === start + 1)) {
      this.#at = end;
      return;
    }
    while (isInNumber(bytes[end])) end++;
    const text = latin1(this.#bytes, this.#at, end);
    if (!NUMBER.test(text)) {
      const isCut = end === this.#bytes.length && BEGUN_NUMBER.test(text);
      throw isCut ? this.#endsHere() : this.#fault('expected a number');
    }
    this.#at = end;
  }

  /** Whether an array or object ends here; passes over what closes it. */
  #closes(close: number): boolean {
    if (this.#next() !== close) return false;
    this.#at++;
    return true;
  }

  /** Whether another value follows in an array or object; passes over the comma, or over what closes it. */
  #continues(close: number): boolean {
    const octet = this.#next();
    if (octet !== COMMA && octet !== close) throw this.#fault('expected "," or the end');
    this.#at++;
    return octet === COMMA;
  }

  #expect(octet: number, what: string): void {
    if (this.#next() !== octet) throw this.#fault(`expected ${what}`);
    this.#at++;
  }

  #enter(): void {
    if (this.#depth === this.#maxDepth) {
      throw new BatchLimitError('maxJsonDepth', this.#maxDepth, this.#maxDepth + 1);
    }
    this.#depth++;
  }

  /** The next octet that is no white space. */
  #next(): number {
    const here = this.#bytes[this.#at];
    // Most services write none.
    if (here !== undefined && here > 0x20) return here;
    const octet = this.#bytes[this.#space()];
    if (octet === undefined) throw this.#endsHere();
    return octet;
  }

  #space(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let octet = bytes[at]; octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09; ) {
      octet = bytes[++at];
    }
    this.#at = at;
    return at;
  }

  #fault(message: string, at = this.#at): Fault {
    return new Fault('invalid-json', message, this.offsetOf(at), this.path);
  }

  /** The text was cut off (law 4). */
  #endsHere(): Fault {
    const message = 'expected more: the JSON was cut off';
    return new Fault('unexpected-end', message, this.offsetOf(this.#bytes.length), '');
  }
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= ZERO && octet <= 0x39;
}

function isInNumber(octet: number | undefined): boolean {
  return (
    octet !== undefined &&
    (isDigit(octet) || octet === 0x2e || octet === 0x2d || octet === 0x2b || (octet | 0x20) === 0x65)
  );
}
