import { createReadStream } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { uri } from 'odata-batch-codec';
import { type BatchEvent, isRepeatable, type SendOptions, sendBatchStream } from 'odata-batch-codec/client';
import { channelAdvisor } from 'odata-batch-codec/services';

type Outcome = [outcome: string, status: number | ''];

/** Updates attributes by a CSV of `product,attribute,value`, and writes a CSV of what became of each row. */
export async function updateAttributes(
  { input, outcomes, journal }: { input: string; outcomes: string; journal: string },
  sending: SendOptions,
): Promise<void> {
  const service = channelAdvisor();
  const before = await readJournal(journal);
  // A line that a crash cut off ends here.
  await appendFile(journal, '\n');

  const told = new Map<number, Outcome>();
  async function* updates() {
    let row = 0;
    for await (const { product, attribute, value } of createReadStream(input).pipe(
      parse({ columns: true }),
    )) {
      if (before.settled.has(++row)) continue;
      if (!/^\d+$/.test(product)) {
        console.error(`row ${row}: "${product}" is no product`);
        told.set(row, ['not-executed', '']);
        continue;
      }
      const url = uri`/v1/Products(${Number(product)})/Attributes(${attribute})`;
      const operation = { method: 'PATCH', url, body: { Value: value }, tag: row } as const;
      // It was under way when the last run ended: nobody knows whether it happened, and it goes again only where that is safe.
      const inDoubt = before.sending.has(row);
      if (inDoubt && !isRepeatable(operation, service.repeatable)) continue;
      yield operation;
    }
  }

  // Each batch is written down before it is sent, and what became of it before anything else is.
  const onBatch = async ({ phase, operations, results }: BatchEvent) => {
    const rows = operations.map(({ operation }) => operation.tag);
    const settled = results.map((result) => [
      result.operation.tag,
      result.outcome,
      'status' in result ? result.status : '',
    ]);
    await appendFile(journal, `${JSON.stringify({ phase, rows, settled })}\n`);
  };

  for await (const result of sendBatchStream(updates(), { service, onBatch, ...sending })) {
    if (!result.ok) console.error(`row ${result.operation.tag}: ${result.outcome}`);
    told.set(Number(result.operation.tag), [result.outcome, 'status' in result ? result.status : '']);
  }

  // What stands in the journal is left out next time; what was told and does not stand there goes again.
  const { settled, sending: inDoubt } = await readJournal(journal);
  for (const [row, outcome] of told) if (!settled.has(row)) settled.set(row, outcome);
  for (const row of inDoubt) settled.set(row, ['unknown', '']);
  const rows = [...settled]
    .sort(([a], [b]) => a - b)
    .map(([row, [outcome, status]]) => [row, outcome, status]);
  await writeFile(outcomes, stringify([['row', 'outcome', 'status'], ...rows]));
}

/** What is settled, and what was under way when the last run ended. */
async function readJournal(path: string) {
  const text = await readFile(path, 'utf8').catch(() => '');
  const settled = new Map<number, Outcome>();
  const sending = new Set<number>();
  // A line that was cut off says nothing: its batch is as the line before it left it.
  for (const line of text.split('\n').filter((line) => line.endsWith('}'))) {
    const event = JSON.parse(line);
    for (const row of event.rows) {
      if (event.phase === 'sending') sending.add(row);
      else sending.delete(row);
    }
    for (const [row, outcome, status] of event.settled) settled.set(row, [outcome, status]);
  }
  return { settled, sending };
}
