import type { Verdict } from '../measure/judge.ts';
import type { Standing } from '../measure/measure-row.ts';

/** `✓`, the share that is right, or that there is no result. */
export function verdictText(verdict: Verdict): string {
  if ('refusal' in verdict) return 'refuses';
  return verdict.share === 1 ? '✓' : percent(verdict.share);
}

/** Only of nothing wrong 100 % is said, and of nothing right 0 %. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`;
}

export function standingText({ verdict, timing }: Standing): string {
  if (timing === undefined) return verdictText(verdict);
  const ratio = ratioText(timing.ratio);
  return isRight(verdict) ? ratio : `${ratio} (${verdictText(verdict)} right)`;
}

export function ratioText(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0);
}

export function speedText(speed: number): string {
  return speed < 10 ? speed.toFixed(1) : speed.toFixed(0);
}

export function isRight(verdict: Verdict): boolean {
  return 'share' in verdict && verdict.share === 1;
}
