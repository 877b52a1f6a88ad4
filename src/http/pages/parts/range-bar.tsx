import type { RangeKey } from '../../../services/queries/range';
import {
  listParameters,
  renderViewPath,
  viewDefaults,
  type DashboardQuery,
  type RangeQuery,
} from '../view-path';
import { useToPath } from '../use-to-path';

/** The switch of the range. */
export interface RangeBarProps {
  /** The path of the page. */
  readonly path: string;
  readonly query: RangeQuery & Partial<DashboardQuery>;
  /** The range that is shown; undefined for own dates. */
  readonly current: RangeKey | undefined;
  /** What the range covers, with the time zone. */
  readonly covers: string;
  /** The dates of the first and last day. */
  readonly dates: { readonly from: string; readonly to: string };
}

const names: readonly (readonly [RangeKey, string])[] = [
  ['24h', '24 h'],
  ['7d', '7 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['1y', 'Year'],
  ['all', 'All'],
];

/** Links to the ranges, own dates, and the comparison. All of it works without a script. */
export function RangeBar({ path, query, current, covers, dates }: RangeBarProps) {
  const toPath = useToPath();
  const { range, from, to, compare, after, ...others } = query;
  const kept = listParameters({ ...others, compare });
  const isCompared = compare === viewDefaults.compare;
  const own = { range, from, to, after };
  return (
    <section class="range" aria-label="Range">
      <nav class="ranges" aria-label="Ranges">
        {names.map(([key, name]) => (
          <a
            key={key}
            id={`range-${key}`}
            data-view
            href={toPath(renderViewPath(path, { ...others, compare, range: key }))}
            aria-current={key === current ? 'true' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      <form id="dates" class="dates" action={toPath(path)}>
        {kept.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label>
          From <input id="from" name="from" type="date" value={dates.from} required />
        </label>
        <label>
          to <input id="to" name="to" type="date" value={dates.to} />
        </label>
        <button type="submit">Show</button>
      </form>
      <p class="covers">{covers}</p>
      {current !== 'all' && (
        <p class="ranges">
          {/* Its text never changes, because a refresh leaves the text of the focused element. */}
          <a
            id="compare"
            data-view
            href={toPath(
              renderViewPath(path, { ...others, ...own, compare: isCompared ? 'none' : 'previous' }),
            )}
            aria-current={isCompared ? 'true' : undefined}
          >
            Compare with the period before
          </a>
        </p>
      )}
    </section>
  );
}
