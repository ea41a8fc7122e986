/** What to say of a name that nobody knows: the name that may have been meant, or else all that there are. */
export function nameHint(name: string, known: readonly string[], all: string): string {
  const meant = nearest(name, known);
  return meant === undefined ? `${all} ${known.join(', ')}` : `did you mean "${meant}"?`;
}

/** So much of a name is looked at: the time that it takes grows with its length. */
const MAX_LENGTH = 40;

function nearest(name: string, known: readonly string[]): string | undefined {
  const cut = name.slice(0, MAX_LENGTH);
  let best: string | undefined;
  let least = 3;
  for (const one of known) {
    const distance = editDistance(one, cut);
    if (distance >= least) continue;
    least = distance;
    best = one;
  }
  return best;
}

/** Levenshtein's distance, without regard to letter case. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1]?.toLowerCase() === b[j - 1]?.toLowerCase() ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
