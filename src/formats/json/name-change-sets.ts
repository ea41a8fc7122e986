/**
 * Names the change sets of a JSON batch, by their place among its items: `group1`, `group2`, …, but for what is an id, because
 * names and ids share one space (J-03). Letter case does not tell them apart: some services disregard it.
 */
export function nameChangeSets(
  items: readonly unknown[],
  ids: readonly (string | undefined)[],
): (string | undefined)[] {
  const taken = new Set(ids.map((id) => id?.toLowerCase()));
  let number = 0;
  return items.map((item) => {
    if (!Array.isArray(item)) return undefined;
    do number++;
    while (taken.has(`group${number}`));
    return `group${number}`;
  });
}
