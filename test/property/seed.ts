/**
 * Where the property tests begin: the same numbers in every run, so that a green run is a green run everywhere.
 *
 * FC_SEED gives another seed, FC_RUNS another number of runs for a property of weight 1; a nightly run sets both.
 */
export const SEED = numberFrom('FC_SEED', 20_460_501);
export const RUNS = numberFrom('FC_RUNS', 100);

console.log(`property tests: FC_SEED=${SEED} FC_RUNS=${RUNS}`);

function numberFrom(name: string, standard: number): number {
  const given = process.env[name];
  if (given === undefined || given === '') return standard;
  const value = Number(given);
  if (!Number.isInteger(value)) throw new Error(`${name} must be an integer, not "${given}"`);
  return value;
}
