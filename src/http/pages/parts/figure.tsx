import { classifyLength, type Formats } from '../format';

/** One number with its name. */
export interface FigureProps {
  readonly id: string;
  readonly name: string;
  /** What is counted, if the name alone is not exact. */
  readonly title?: string | undefined;
  /** Undefined if there is none. */
  readonly value: number | undefined;
  readonly isDecimal?: boolean;
  readonly format: Formats;
  /** The number of the period before; undefined for no comparison. */
  readonly before?: number | undefined;
  /** The number without a range; undefined if it is not shown. */
  readonly inAll?: number | undefined;
}

/** A number, its change from the period before, and the number without a range. */
export function Figure({ id, name, title, value, isDecimal = false, format, before, inAll }: FigureProps) {
  const text = value === undefined ? '–' : isDecimal ? format.decimal(value) : format.number(value);
  return (
    <div class="figure">
      <dt title={title}>{name}</dt>
      <dd class={classifyLength(text)}>
        {/* Scripts find the number by its id to see whether it has changed. */}
        <data id={`figure-${id}`} class="number" value={String(value ?? '')}>
          {text}
        </data>
      </dd>
      {before !== undefined && <Change value={value ?? 0} before={before} format={format} />}
      {inAll !== undefined && (
        <dd class={besideOf(inAll, format)}>
          <span class="count">{format.number(inAll)}</span> in all
        </dd>
      )}
    </div>
  );
}

// The style sheet gives a wide number a wide figure.
function besideOf(value: number, format: Formats): string {
  return classifyLength(format.number(value)) === 'short' ? 'beside' : 'beside wide';
}

interface ChangeProps {
  readonly value: number;
  readonly before: number;
  readonly format: Formats;
}

// The arrow says it as well, because a colour alone does not.
function Change({ value, before, format }: ChangeProps) {
  if (before === 0) return <dd class="beside">{value === 0 ? 'none before' : 'new: none before'}</dd>;
  const change = (value - before) / before;
  return (
    <dd class={besideOf(before, format)} title="the period before">
      {change !== 0 && <span aria-hidden="true">{change > 0 ? '↑ ' : '↓ '}</span>}
      <span class="count">{format.percent(change)}</span> from{' '}
      <span class="count">{format.number(before)}</span>
    </dd>
  );
}
