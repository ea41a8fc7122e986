import { type ChunkReader, readChunks } from '../bytes/read-chunks.ts';
import { statusHasBody } from '../http/http-message.ts';
import { titleCase } from '../http/title-case.ts';
import { exactLength } from './exact-length.ts';
import type { PlainResponse } from './fetch-response.ts';
import { endToEnd } from './header-inheritance.ts';
import type { NodeResponse } from './node-request.ts';

/** How an answer is sent. */
export interface Sending {
  /** Whether nobody is there any more. */
  readonly isGone: boolean;
  readonly isHead: boolean;
}

/** Sends a Response as fast as its client takes it. Throws what its body throws, when all that came before it is out. */
export async function sendNodeResponse(
  { status, headers, body }: PlainResponse,
  outgoing: NodeResponse,
  { isGone, isHead }: Sending,
): Promise<void> {
  const source = body === null ? NOTHING : readChunks(body);
  const hasBody = !isHead && statusHasBody(status);
  if (isGone || !hasBody) source.stop();
  if (isGone) return;
  if (!hasBody) {
    writeHead(status, headers, outgoing);
    outgoing.end();
    return;
  }
  const chunks = exactLength(source, headers.get('Content-Length'));
  const client = new Client(outgoing, chunks);
  try {
    // The head goes with the first chunk: a body that fails before it can still be answered for.
    let chunk = await chunks.next();
    if (!client.isGone) writeHead(status, headers, outgoing);
    while (chunk !== undefined && !client.isGone) {
      await client.take(chunk);
      chunk = client.isGone ? undefined : await chunks.next();
    }
    if (!client.isGone) outgoing.end();
  } catch (error) {
    await client.flushed();
    throw error;
  }
}

/** The chunks of no body. */
const NOTHING: ChunkReader = { next: async () => undefined, stop() {} };

/** The other end of the connection, which takes octets when it likes, and may go away. */
class Client {
  readonly #outgoing: NodeResponse;
  #isGone = false;
  #isFull = false;
  #unwritten = 0;
  #wake: () => void = () => {};

  constructor(outgoing: NodeResponse, chunks: ChunkReader) {
    this.#outgoing = outgoing;
    outgoing.on('drain', () => {
      this.#isFull = false;
      this.#wake();
    });
    outgoing.on('close', () => {
      this.#isGone = true;
      chunks.stop();
      this.#wake();
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Gives it octets, and waits until it can take more. */
  async take(chunk: Uint8Array): Promise<void> {
    this.#unwritten++;
    this.#isFull = !this.#outgoing.write(chunk, () => {
      this.#unwritten--;
      this.#wake();
    });
    while (this.#isFull && !this.#isGone) await this.#change();
  }

  /** Waits until it has taken all. */
  async flushed(): Promise<void> {
    while (this.#unwritten > 0 && !this.#isGone) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function writeHead(status: number, headers: PlainResponse['headers'], outgoing: NodeResponse): void {
  outgoing.statusCode = status;
  const cookies: string[] = [];
  for (const [name, value] of endToEnd(headers)) {
    if (name === 'set-cookie') cookies.push(value);
    else outgoing.setHeader(titleCase(name), value);
  }
  if (cookies.length > 0) outgoing.setHeader('Set-Cookie', cookies);
}
