import { renderToString } from 'preact-render-to-string';

// As high as a flat badge; three pixels for each of 30 days.
const height = 20;
const step = 3;
const margin = 2;

/** What a spark line shows. */
export interface Spark {
  readonly username: string;
  /** One count for each day, bigints as text. Undefined if they cannot be read. */
  readonly days: readonly string[] | undefined;
  readonly color: string;
}

/** Renders the visits of the last days as a line, with their sum as its text. */
export function renderSpark({ username, days, color }: Spark): string {
  const counts = days?.map(BigInt) ?? [];
  const sum = counts.reduce((total, count) => total + count, 0n);
  const text = days
    ? `${username}: ${sum} ${sum === 1n ? 'visit' : 'visits'} in ${counts.length} days`
    : `${username}: –`;
  return renderToString(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={step * 29 + 2 * margin}
      height={height}
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      <polyline
        fill="none"
        stroke={days ? color : '#939393'}
        stroke-width="1.5"
        stroke-linejoin="round"
        points={drawLine(days ? counts : [0n, ...Array<bigint>(29).fill(0n)])}
      />
    </svg>,
  );
}

function drawLine(counts: readonly bigint[]): string {
  const most = counts.reduce((max, count) => (count > max ? count : max), 1n);
  const y = (count: bigint): number => height - margin - Number((count * 160n) / most) / 10;
  return counts.map((count, day) => `${margin + day * step},${y(count)}`).join(' ');
}
