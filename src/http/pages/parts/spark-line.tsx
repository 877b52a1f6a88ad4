const width = 96;
const height = 24;
const margin = 2;

/** A small chart of the counts of a row, without a text: the row has the number. */
export function SparkLine({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  const step = (width - 2 * margin) / Math.max(1, counts.length - 1);
  const points = counts.map((count, index) => {
    const y = height - margin - (count / most) * (height - 2 * margin);
    return `${round(margin + index * step)},${round(y)}`;
  });
  // A single count is a level line.
  const line = points.length === 1 ? [...points, `${width - margin},${margin}`] : points;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
      <polyline points={line.join(' ')} />
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
