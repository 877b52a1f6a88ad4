import { Origin, Snippet } from './snippet';

/** What stands in place of the chart and the list while nobody has been counted. */
export function FirstSteps() {
  return (
    <section id="first-steps" class="panel steps">
      <h2>Nobody has been counted yet</h2>
      <ol>
        <li>
          <p>Record a visit in a terminal. Any name will do in place of alice.</p>
          <Snippet id="step-terminal" action="Copy command">
            curl <Origin />
            /alice
          </Snippet>
        </li>
        <li>
          <p>Or put a badge into a README. Each time it is shown it records a visit.</p>
          <Snippet id="step-readme" action="Copy Markdown">
            ![visits](
            <Origin />
            /-/hit/alice.svg)
          </Snippet>
        </li>
      </ol>
      <p class="hint">This page refreshes by itself: the first visit will show up here.</p>
    </section>
  );
}
