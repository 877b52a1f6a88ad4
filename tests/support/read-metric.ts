/** Reads a value from Prometheus' text format; `series` is the metric's name with its labels as in the text. */
export function readMetric(text: string, series: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no ${series} in the metrics`);
  const value = line.slice(series.length + 1);
  return value === 'Nan' ? NaN : Number(value);
}
