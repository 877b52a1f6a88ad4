import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Axes } from './axes';
import { createIntervalFormat, formatVisits } from './chart-texts';
import type { History } from './history';
import { createScale } from './scale';

/** What the bars show. */
export interface BarsProps {
  readonly history: History;
  /** The accessible name of the chart. */
  readonly label: string;
  /** Called with the bar under the pointer or with the focus; undefined for none. */
  readonly onPoint: (index: number | undefined) => void;
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Draws the bars. They are one tab stop; the arrow keys, Home and End move between them. */
export function Bars({ history: { interval, points, running }, label, onPoint }: BarsProps) {
  const [place, width] = useWidth();
  const svg = useRef<SVGSVGElement>(null);
  const last = points.length - 1;
  const [stop, setStop] = useState<number>();
  const current = Math.min(stop ?? last, last);
  const scale = createScale(points, width);
  const name = createIntervalFormat(interval);

  const go = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, current + step));
    setStop(next);
    svg.current?.querySelectorAll<SVGElement>('.bar')[next]?.focus();
  };

  return (
    <div ref={place} class="plot">
      <svg
        ref={svg}
        role="group"
        aria-label={label}
        width={width}
        height={scale.height}
        onKeyDown={go}
        onPointerLeave={() => onPoint(undefined)}
      >
        <Axes scale={scale} points={points} format={name.short} />
        {points.map((point, index) => (
          <g
            key={point.start.getTime()}
            class={index === running ? 'bar running' : 'bar'}
            role="img"
            tabindex={index === current ? 0 : -1}
            aria-label={`${name.full(point)}${index === running ? ', so far' : ''}: ${formatVisits(point.visits)}`}
            onFocus={() => {
              setStop(index);
              onPoint(index);
            }}
            onBlur={() => onPoint(undefined)}
            onPointerEnter={() => onPoint(index)}
          >
            <rect class="reach" x={scale.left(index)} y={scale.top} width={scale.band} height={scale.depth} />
            <rect class="fill" rx={scale.radius} {...scale.bar(index)} />
          </g>
        ))}
      </svg>
    </div>
  );
}

/** Follows the width of an element, in CSS pixels. */
function useWidth(): [RefObject<HTMLDivElement>, number] {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}
