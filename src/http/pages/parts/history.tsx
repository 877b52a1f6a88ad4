/** The place of a chart. A script draws it into the inner element, which is the script's own from then on. */
export function History({ source }: { readonly source: string }) {
  return (
    <section id="history" class="panel" aria-labelledby="history-title">
      <h2 id="history-title">Visits over time</h2>
      <div id="chart" class="chart" data-own data-source={source}>
        <noscript>
          <p class="hint">
            The chart is drawn by a script. The same figures are at <a href={source}>{source}</a>.
          </p>
        </noscript>
      </div>
    </section>
  );
}
