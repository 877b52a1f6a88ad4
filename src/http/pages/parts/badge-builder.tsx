import { Snippet } from './snippet';

const styles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'];

/** A form for the look of a badge; a script shows the code. The preview records nothing. */
export function BadgeBuilder({ username }: { readonly username: string }) {
  const name = encodeURIComponent(username);
  return (
    <section id="badge" class="panel" aria-labelledby="badge-title">
      <h2 id="badge-title">Badge for a README</h2>
      <noscript>
        <p class="hint">
          The badge is at <a href={`/-/badge/${name}.svg`}>/-/badge/{name}.svg</a>. To also record a visit
          each time it is shown, use /-/hit/{name}.svg. The API document lists the parameters.
        </p>
      </noscript>
      <div class="builder scripted" data-own data-username={username}>
        <form id="badge-form" class="fields" autocomplete="off">
          <fieldset>
            <legend>What it does</legend>
            <label>
              <input type="radio" name="kind" value="hit" checked /> Records a visit each time it is shown
            </label>
            <label>
              <input type="radio" name="kind" value="badge" /> Only shows the number
            </label>
          </fieldset>
          <label class="field">
            Style
            <select name="style">
              {styles.map((style) => (
                <option key={style}>{style}</option>
              ))}
            </select>
          </label>
          <label class="field">
            Label
            <input name="label" maxLength={80} placeholder="visits" dir="auto" />
          </label>
          <ColorField name="labelColor" title="Colour of the label" value="#555555" />
          <ColorField name="color" title="Colour of the number" value="#007ec6" />
          <label>
            <input type="checkbox" name="abbreviate" value="true" /> Abbreviate large numbers, such as 12.3k
          </label>
        </form>
        <div class="outcome">
          <p class="preview">
            <img id="badge-preview" src={`/-/badge/${name}.svg`} alt="Preview of the badge" />
          </p>
          <Snippet id="badge-markdown" action="Copy Markdown" />
          <Snippet id="badge-html" action="Copy HTML" />
          <Snippet id="badge-asciidoc" action="Copy AsciiDoc" />
          <p class="hint">To count a page of your site and show the number in it as text:</p>
          <Snippet id="badge-script" action="Copy script" />
        </div>
      </div>
    </section>
  );
}

interface ColorFieldProps {
  readonly name: string;
  readonly title: string;
  readonly value: string;
}

function ColorField({ name, title, value }: ColorFieldProps) {
  return (
    <label class="field">
      {title}
      <input type="color" name={name} value={value} />
    </label>
  );
}
