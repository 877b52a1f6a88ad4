import { useToPath } from '../use-to-path';
import { BadgeFields } from './badge-fields';
import { Snippet } from './snippet';

/** A form for the look of a badge; a script shows the code. The preview records nothing. */
export function BadgeBuilder({ username }: { readonly username: string }) {
  const toPath = useToPath();
  const name = encodeURIComponent(username);
  const badge = toPath(`/-/badge/${name}.svg`);
  const spark = toPath(`/-/spark/${name}.svg`);
  return (
    <section id="badge" class="panel" aria-labelledby="badge-title">
      <h2 id="badge-title">Badge for a README</h2>
      <noscript>
        <p class="hint">
          The badge is at <a href={badge}>{badge}</a>, and the last 30 days as a line at{' '}
          <a href={spark}>{spark}</a>. To also record a visit each time the badge is shown, use{' '}
          {toPath(`/-/hit/${name}.svg`)}. The API document lists the parameters.
        </p>
      </noscript>
      <div class="builder scripted" data-own data-username={username}>
        <BadgeFields />
        <div class="outcome">
          <p class="preview">
            <img id="badge-preview" src={badge} alt="Preview of the badge" />
          </p>
          <p id="badge-refusal" class="failure" role="status" hidden />
          <Snippet id="badge-markdown" action="Copy Markdown" />
          <Snippet id="badge-html" action="Copy HTML" />
          <Snippet id="badge-asciidoc" action="Copy AsciiDoc" />
          <div id="badge-by-shields" class="outcome">
            <p class="hint">
              The same badge drawn by shields.io. It needs access to this service, only shows the number, and
              may be some minutes old:
            </p>
            <Snippet id="badge-shields" action="Copy shields.io" />
          </div>
          <p class="hint">To count a page of your site and show the number in it as text:</p>
          <Snippet id="badge-script" action="Copy script" />
        </div>
      </div>
    </section>
  );
}
