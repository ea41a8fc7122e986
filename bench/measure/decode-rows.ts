import { allPeers } from '../peers/all-peers.ts';
import type { Answer, Peer } from '../peers/peer.ts';
import { textOf } from '../peers/text.ts';
import { fewDense, fewLarge, manyDense, manySmall, manyTiny } from '../shapes/ordinary-shapes.ts';
import { answersOf, layoutOf, type Shape } from '../shapes/shape.ts';
import { judgeDecoding, messageFor } from './judge.ts';
import { type Entrant, entrantOf, type Row } from './row.ts';

/** From the octets of a response to the value of every body. */
export function decodeRows(): Row[] {
  return [
    decodeRow(manySmall, 1.5),
    decodeRow(manyTiny, 1.7),
    decodeRow(fewLarge, 1.3),
    decodeRow(manyDense),
    decodeRow(fewDense),
  ];
}

function decodeRow(shape: Shape, goal?: number): Row {
  const texts = answersOf(shape).map(({ body }) => textOf(body));
  return {
    group: 'decode',
    title: `decode ${shape.name}, JSON.parse included`,
    shape: shape.name,
    goal,
    limit: { name: 'JSON.parse of the same bodies', run: () => texts.map(parse) },
    entrants: [
      ...allPeers.flatMap((peer) => {
        if (peer.decoder === undefined) return [];
        return entrantOf(peer, compileRun(peer, peer.decoder, shape), () => judgeDecoding(peer, shape));
      }),
      floor(shape),
    ],
  };
}

/** What whoever begins with octets can't do without: each body becomes text before it is parsed. */
function floor(shape: Shape): Entrant {
  const bodies = answersOf(shape).map(({ body }) => body);
  return {
    name: 'floor: UTF-8 to text, JSON.parse',
    isOurs: false,
    isRival: false,
    run: () => bodies.map((body) => parse(textOf(body))),
    judge: async () => ({ share: 1 }),
  };
}

function compileRun(peer: Peer, decoder: NonNullable<Peer['decoder']>, shape: Shape): () => unknown {
  const { bytes, contentType } = messageFor(peer, shape);
  const layout = layoutOf(shape);
  const decodeValues = peer.valueDecoder?.(layout);
  if (decodeValues !== undefined) return () => decodeValues(bytes, contentType);
  const decode = decoder(layout);
  return () => {
    const answers = decode(bytes, contentType);
    return answers instanceof Promise ? answers.then(valuesOf) : valuesOf(answers);
  };
}

function valuesOf(answers: readonly Answer[]): unknown[] {
  return answers.map((answer) => {
    if ('value' in answer) return answer.value;
    return parse('text' in answer ? answer.text : textOf(answer.octets));
  });
}

function parse(text: string): unknown {
  return JSON.parse(text);
}
