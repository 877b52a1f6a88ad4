import type { FormatNumber } from '../format';

/** One number with its name. */
export interface FigureProps {
  readonly id: string;
  readonly name: string;
  /** What exactly is counted, where the name does not say it all. */
  readonly title?: string;
  readonly value: number;
  readonly format: FormatNumber;
}

/** A figure of the row on top of the dashboard; scripts know by its id when it has changed. */
export function Figure({ id, name, title, value, format }: FigureProps) {
  const text = format(value);
  return (
    <div class="figure">
      <dt title={title}>{name}</dt>
      <dd class={text.length > 7 ? 'long' : undefined}>
        <data id={`figure-${id}`} class="number" value={String(value)}>
          {text}
        </data>
      </dd>
    </div>
  );
}
