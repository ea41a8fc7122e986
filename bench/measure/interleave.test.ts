import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interleave, type Pace, rotated } from './interleave.ts';
import { median, quantile } from './median.ts';

const pace: Pace = { rounds: 3, budgetMs: 10_000, fewestRounds: 3, warmUpMs: 0, sampleMs: 0, slowMs: 1000 };

/** Contestants that write down when they run. */
function recorded(names: readonly string[], runs: string[], ms = 0) {
  return names.map((name) => ({
    name,
    run() {
      runs.push(name);
      const end = performance.now() + ms;
      while (performance.now() < end);
    },
  }));
}

describe('interleave', () => {
  it('runs everyone once a round, beginning with another one each time', async () => {
    const runs: string[] = [];
    await interleave(recorded(['a', 'b', 'c'], runs), pace);
    assert.deepEqual(runs.join(''), 'abc' + 'abc' + 'bca' + 'cab');
  });

  it('gives a time for every round', async () => {
    const contestants = recorded(['a', 'b'], []);
    const times = await interleave(contestants, pace);
    assert.deepEqual(
      contestants.map((contestant) => times.get(contestant)?.length),
      [3, 3],
    );
  });

  it('repeats what is short', async () => {
    const runs: string[] = [];
    await interleave(recorded(['a'], runs, 1), { ...pace, rounds: 1, sampleMs: 500 });
    // Once to find out how long it takes, then five hundred times, or fewer where somebody else had the processor.
    assert.ok(runs.length > 2 && runs.length <= 1 + 500, `${runs.length} runs`);
  });

  it('lets what is slow sit out four rounds of five', async () => {
    const runs: string[] = [];
    await interleave(recorded(['a'], runs, 3), { ...pace, rounds: 10, fewestRounds: 10, slowMs: 1 });
    assert.equal(runs.length, 1 + 2);
  });

  it('ends when its time is over, after the fewest rounds', async () => {
    const runs: string[] = [];
    await interleave(recorded(['a'], runs, 2), { ...pace, rounds: 1000, fewestRounds: 4, budgetMs: 1 });
    assert.equal(runs.length, 1 + 4);
  });

  it('waits for what is asynchronous', async () => {
    let running = 0;
    const run = async () => {
      assert.equal(++running, 1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    };
    await interleave(
      [
        { name: 'a', run },
        { name: 'b', run },
      ],
      pace,
    );
  });
});

describe('rotated', () => {
  it('goes round', () => {
    assert.deepEqual(rotated([1, 2, 3], 4), [2, 3, 1]);
    assert.deepEqual(rotated([], 4), []);
  });
});

describe('quantile', () => {
  it('reads between the numbers', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(quantile([0, 10, 20, 30, 40], 0.25), 10);
  });
});
