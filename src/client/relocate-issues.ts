import type { UsageIssue } from '../errors.ts';

/** An issue of a batch that was part of a larger one. */
export interface LocatedIssue {
  /** Place in the part of the item that it is about; undefined where it is about the part as a whole. */
  readonly item: number | undefined;
  readonly issue: UsageIssue;
}

/**
 * Names the items of a part by their places in the whole.
 *
 * @param places for each item of the part its place in the whole
 */
export function relocateIssues(issues: readonly UsageIssue[], places: readonly number[]): LocatedIssue[] {
  return issues.map((issue) => {
    const [all = '', number] = /^batch\[(\d+)\]/.exec(issue.path) ?? [];
    const item = number === undefined ? undefined : Number(number);
    const place = item === undefined ? undefined : places[item];
    if (place === undefined) return { item: undefined, issue };
    return { item, issue: { ...issue, path: `batch[${place}]${issue.path.slice(all.length)}` } };
  });
}
