import type { Peer } from '../peers/peer.ts';
import { BOUNDARY } from '../shapes/shape.ts';
import type { StreamedAnswer } from '../shapes/streamed-answer.ts';

/** Gets ready for an answer; what it returns takes it chunk by chunk and tells how many parts it found. */
export type StreamDriver = (answer: StreamedAnswer) => (sample: () => void) => Promise<number>;

/** What is measured on a streamed answer, each loaded only in the process that measures it. */
export const streamDrivers: Readonly<Record<string, () => Promise<StreamDriver>>> = {
  'odata-batch-codec, results': async () => {
    const { streamedDecoder } = await import('../peers/ours.ts');
    return streamedDecoder;
  },
  'odata-batch-codec, scanner': async () => counting((await import('../peers/ours.ts')).ours),
  '@mjackson/multipart-parser': async () =>
    counting((await import('../peers/mjackson-multipart-parser.ts')).mjackson),
  '@remix-run/multipart-parser': async () =>
    counting((await import('../peers/remix-run-multipart-parser.ts')).remixRun),
  '@apeleghq/multipart-parser': async () =>
    counting((await import('../peers/apeleghq-multipart-parser.ts')).apeleghq),
  '@fastify/busboy Dicer': async () => counting((await import('../peers/fastify-dicer.ts')).fastifyDicer),
};

function counting({ name, pushParser }: Peer): StreamDriver {
  return ({ chunks }) =>
    async (sample) => {
      const parser = pushParser?.(BOUNDARY);
      if (parser === undefined) throw new Error(`${name} takes no chunks`);
      for (const chunk of chunks(sample)) {
        const wait = parser.write(chunk);
        if (wait !== undefined) await wait;
      }
      return (await parser.end()).parts;
    };
}
