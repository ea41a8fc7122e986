import {
  almostDelimiter,
  dashes,
  drips,
  nearPrefix,
  onlyLineEnds,
  quotedDelimiter,
} from './adversarial-shapes.ts';
import {
  binary,
  changeSets,
  fewDense,
  fewLarge,
  longHeaders,
  manyDense,
  manySmall,
  manyTiny,
  nonAscii,
} from './ordinary-shapes.ts';
import type { Shape } from './shape.ts';

export const allShapes: readonly Shape[] = [
  manySmall,
  manyTiny,
  fewLarge,
  manyDense,
  fewDense,
  changeSets,
  binary,
  nonAscii,
  longHeaders,
  onlyLineEnds,
  dashes,
  almostDelimiter,
  nearPrefix,
  quotedDelimiter,
  drips,
];
