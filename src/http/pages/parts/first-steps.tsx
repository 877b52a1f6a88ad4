import { Origin, Snippet } from './snippet';

/** Shown in place of the chart and the list until there is a visitor. */
export function FirstSteps() {
  return (
    <section id="first-steps" class="panel steps">
      <h2>No visits yet</h2>
      <ol>
        <li>
          <p>Record a visit from a terminal. Replace alice with any name.</p>
          <Snippet id="step-terminal" action="Copy command">
            curl <Origin />
            /alice
          </Snippet>
        </li>
        <li>
          <p>Or add a badge to a README. It records a visit each time it is shown.</p>
          <Snippet id="step-readme" action="Copy Markdown">
            ![visits](
            <Origin />
            /-/hit/alice.svg)
          </Snippet>
        </li>
      </ol>
      <p class="hint">This page refreshes on its own and will show the first visit.</p>
    </section>
  );
}
