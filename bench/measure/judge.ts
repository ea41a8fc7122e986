import { isDeepStrictEqual } from 'node:util';
import { type Answer, numberedInBatch, type Peer } from '../peers/peer.ts';
import { readNaively } from '../shapes/naive-reader.ts';
import type { BenchOperation } from '../shapes/operations.ts';
import { answersOf, BOUNDARY, layoutOf, type Shape, type ShapeAnswer } from '../shapes/shape.ts';
import { type Frame, type Message, writeResponse } from '../shapes/write-response.ts';
import { push } from './push.ts';

/** The share of operations that came out right, from 0 to 1; or why there is no result at all. */
export type Verdict = { readonly share: number } | { readonly refusal: string };

/** A peer that has not answered by then never will. */
const PATIENCE_MS = 20_000;

/** Judges what a peer makes of a response: status and body octets, operation by operation. */
export function judgeDecoding(peer: Peer, shape: Shape): Promise<Verdict> {
  return verdict(async () => {
    const { contentType, bytes } = messageFor(peer, shape);
    if (peer.decoder === undefined) throw new Error(`${peer.name} does not decode`);
    const answers = await peer.decoder(layoutOf(shape))(bytes, contentType);
    return share(answersOf(shape), (expected, place) => isRight(peer, answers[place], expected));
  });
}

/** Judges what a peer writes: method, URL and body octets as a strict reader finds them. */
export function judgeEncoding(peer: Peer, operations: readonly BenchOperation[]): Promise<Verdict> {
  return verdict(() => {
    if (peer.encodeRequest === undefined) throw new Error(`${peer.name} does not encode`);
    const { body, contentType } = peer.encodeRequest(operations);
    const messages = readNaively(body, contentType);
    return share(operations, (operation, place) => {
      const message = messages[place];
      return (
        message?.startLine === `${operation.method} ${operation.url} HTTP/1.1` &&
        message.body.equals(Buffer.from(JSON.stringify(operation.body)))
      );
    });
  });
}

/** Judges what a push parser counts. */
export function judgeFraming(peer: Peer, shape: Shape): Promise<Verdict> {
  return verdict(async () => {
    const message = writeResponse(shape, numberedInBatch);
    const frame: Frame = await push(peer, BOUNDARY, message.bytes, shape.chunkBytes);
    return isDeepStrictEqual(frame, message.frame) ? 1 : 0;
  });
}

/** A shape as the service answers that peer. */
export function messageFor(peer: Peer, shape: Shape): Message {
  return writeResponse(shape, peer.contentIdOf ?? numberedInBatch);
}

function isRight(peer: Peer, answer: Answer | undefined, expected: ShapeAnswer): boolean {
  if (answer === undefined) return false;
  if (answer.status !== expected.status && peer.tellsNoStatus === undefined) return false;
  if ('octets' in answer) return Buffer.from(expected.body).equals(answer.octets);
  if ('text' in answer) return Buffer.from(expected.body).equals(Buffer.from(answer.text));
  return isRightValue(answer.value, expected.body);
}

/** Of an absent body a client can only make up a value. */
function isRightValue(value: unknown, body: Uint8Array): boolean {
  if (body.length === 0) return value === undefined || value === null || isDeepStrictEqual(value, {});
  try {
    return isDeepStrictEqual(value, JSON.parse(Buffer.from(body).toString()));
  } catch {
    return false;
  }
}

function share<T>(expected: readonly T[], isRight: (item: T, place: number) => boolean): number {
  return expected.filter(isRight).length / expected.length;
}

async function verdict(judge: () => number | Promise<number>): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
  });
  try {
    return { share: await Promise.race([judge(), patience]) };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : JSON.stringify(error) };
  } finally {
    clearTimeout(timer);
  }
}
