import { getMedian, roundTo } from '../load/statistics';
import type { Figure } from './report';

/** The ratios of all rounds, or a single value; null if it was not measured. */
export type Measured = readonly number[] | number | null;

/** A figure that must not be below a value. */
export function atLeast(value: number, title: string, measured: Measured): Figure {
  return judge({ title, target: { at: 'least', value } }, measured);
}

/** A figure that must not be above a value. */
export function atMost(value: number, title: string, measured: Measured, unit?: string): Figure {
  return judge({ title, target: { at: 'most', value, ...(unit === undefined ? {} : { unit }) } }, measured);
}

function judge({ title, target }: Pick<Figure, 'title' | 'target'>, given: Measured): Figure {
  const measured = typeof given === 'object' ? (getMedian(given ?? []) ?? null) : given;
  const { at, value } = target;
  return {
    title,
    target,
    measured: measured === null ? null : roundTo(measured, 3),
    met: measured === null ? null : at === 'least' ? measured >= value : measured <= value,
    ...(typeof given === 'object' && given ? { rounds: given.map((ratio) => roundTo(ratio, 3)) } : {}),
  };
}
