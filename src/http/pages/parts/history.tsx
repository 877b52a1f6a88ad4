/** The place of the chart. A script draws into the inner element and owns it from then on. */
export function History({ source }: { readonly source: string }) {
  return (
    <section id="history" class="panel" aria-labelledby="history-title">
      <h2 id="history-title">Visits over time</h2>
      <div id="chart" class="chart" data-own data-source={source}>
        <noscript>
          <p class="hint">
            The chart needs JavaScript. The same figures are at <a href={source}>{source}</a>.
          </p>
        </noscript>
      </div>
    </section>
  );
}
