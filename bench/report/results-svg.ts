import type { RowResult, Standing } from '../measure/measure-row.ts';
import { isRight, percent, ratioText } from './figures.ts';
import { machineText } from './machine.ts';

// Greys of middle lightness can be read on light and on dark ground alike.
const INK = '#6e7781';
const OURS = '#2f81f7';
const GOAL = '#d1570b';

const WIDTH = 960;
const NAMES = 215;
const LINE = 19;
const HEAD = 62;
/** Right of a bar, for its figure. */
const FIGURE = 92;
/** Where the scale ends: longer bars end in a point. */
const MOST = 12;

const GROUPS = [
  { group: 'decode', title: 'Decode a response, JSON.parse included', unit: '× JSON.parse alone' },
  { group: 'encode', title: 'Encode a request', unit: '× JSON.stringify + TextEncoder' },
  { group: 'frame', title: 'Find the parts, nothing more', unit: '× bare search for the delimiter' },
] as const;

/** The ratios of a run that has goals as bars on a logarithmic scale that begins at the limit. */
export function resultsSvg(rows: readonly RowResult[], date: Date): string {
  let y = 58;
  const blocks = GROUPS.map(({ group, title, unit }) => {
    const block = groupBlock(
      title,
      unit,
      rows.filter(({ row }) => row.group === group && row.goal !== undefined),
      y,
    );
    y = block.end;
    return block.svg;
  });
  const height = y;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
<title id="title">How many times the limit each package needs; shorter is better</title>
${text(12, 24, 'Times the limit (shorter is better)', 'font-size="16" font-weight="600"')}
${text(12, 43, `${machineText()}, ${date.toISOString().slice(0, 10)}. Logarithmic, from 1, the limit, to ${MOST}. Hollow: not all right.`)}
${blocks.join('\n')}
</svg>
`;
}

function groupBlock(title: string, unit: string, rows: readonly RowResult[], top: number) {
  const names = rows[0]?.standings.map(({ name }) => name) ?? [];
  const columnWidth = (WIDTH - NAMES) / rows.length;
  const scale = (ratio: number) =>
    (Math.log(Math.min(MOST, Math.max(1, ratio))) / Math.log(MOST)) * (columnWidth - FIGURE);
  const firstLine = top + HEAD;
  const end = firstLine + names.length * LINE;
  const svg = [
    text(12, top + 18, title, 'font-size="14" font-weight="600"'),
    text(12, top + 36, unit),
    ...names.map((name, line) =>
      text(
        NAMES - 10,
        firstLine + line * LINE + 13,
        name,
        `text-anchor="end"${emphasis(name === rows[0]?.standings.find(({ isOurs }) => isOurs)?.name)}`,
      ),
    ),
    ...rows.map((row, column) => columnSvg(row, NAMES + column * columnWidth, top, end, scale)),
  ];
  return { svg: svg.join('\n'), end: end + 24 };
}

function columnSvg(
  { row, standings }: RowResult,
  left: number,
  top: number,
  bottom: number,
  scale: (ratio: number) => number,
): string {
  const firstLine = top + HEAD;
  const goal = left + scale(row.goal ?? 1);
  return [
    text(left, top + 36, row.shape, 'font-weight="600"'),
    text(goal, top + 55, `goal ${row.goal}`, `fill="${GOAL}" font-size="11"`),
    `<path d="M${num(left)} ${firstLine - 4}V${bottom + 2}" stroke="${INK}"/>`,
    ...standings.map((standing, line) => barSvg(standing, goal - left, left, firstLine + line * LINE, scale)),
    // The goal is ours alone, and we stand first.
    `<path d="M${num(goal)} ${firstLine - 4}V${firstLine + LINE - 2}" stroke="${GOAL}" stroke-width="2"/>`,
  ].join('\n');
}

function barSvg(
  { verdict, timing, isOurs }: Standing,
  goal: number,
  left: number,
  top: number,
  scale: (ratio: number) => number,
): string {
  if (timing === undefined) return text(left + 6, top + 13, 'refuses');
  const width = Math.max(1.5, scale(timing.ratio));
  const point = timing.ratio > MOST ? 6 : 0;
  const height = LINE - 7;
  const colour = isOurs ? OURS : INK;
  const fill = isRight(verdict)
    ? `fill="${colour}" fill-opacity="${isOurs ? 1 : 0.6}"`
    : `fill="none" stroke="${colour}"`;
  const wrong = 'share' in verdict && verdict.share < 1 ? ` (${percent(verdict.share)} right)` : '';
  // Clear of the mark of the goal.
  const figure = isOurs ? Math.max(width, goal) : width + point;
  return [
    `<path d="M${num(left)} ${top + 3}h${num(width)}l${point} ${height / 2}l-${point} ${height / 2}h-${num(width)}z" ${fill}/>`,
    text(left + figure + 5, top + 13, ratioText(timing.ratio) + wrong, emphasis(isOurs)),
  ].join('\n');
}

function emphasis(isOurs: boolean): string {
  return isOurs ? ` fill="${OURS}" font-weight="600"` : '';
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${num(x)}" y="${num(y)}" ${attributes}>${escaped}</text>`;
}

function num(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
