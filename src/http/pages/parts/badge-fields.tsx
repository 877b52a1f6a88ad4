import type { ComponentChildren } from 'preact';

const styles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'];
const periods = [
  ['total', 'All'],
  ['today', 'Today'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['today/total', 'Today / all'],
];
const formats = [
  ['plain', '12345'],
  ['grouped', '12,345'],
  ['abbreviated', '12.3k'],
];

/**
 * The form of the badge builder. Its fields are named like the parameters of a badge. The script disables the field
 * sets that the chosen picture does not have, and the style sheet hides them.
 */
export function BadgeFields() {
  return (
    <form id="badge-form" class="fields" autocomplete="off">
      <fieldset>
        <legend>What it does</legend>
        <Kind value="hit" checked>
          Records a visit each time it is shown
        </Kind>
        <Kind value="badge">Only shows the number</Kind>
        <Kind value="spark">Draws the last 30 days as a line</Kind>
      </fieldset>
      <fieldset id="badge-number">
        <legend class="unseen">Number</legend>
        <Choice name="period" title="Visits" options={periods} />
        <Choice name="format" title="Number" options={formats} />
        <Field title="Digits">
          <input name="digits" type="number" min="1" max="12" placeholder="1 to 12" />
        </Field>
        <Choice name="style" title="Style" options={styles.map((style) => [style, style])} />
        <Field title="Label">
          <input name="label" maxLength={80} placeholder="visits" dir="auto" />
        </Field>
        <Field title="Logo">
          <input
            name="logo"
            maxLength={60}
            placeholder="such as github"
            autoCapitalize="none"
            spellcheck={false}
          />
        </Field>
        <Colour name="labelColor" title="Colour of the label" usual="#555555" />
      </fieldset>
      <Colour name="color" title="Colour" usual="#007ec6" />
      <fieldset id="badge-days">
        <legend class="unseen">Days</legend>
        <Choice name="tz" title="Time zone" options={[['UTC', 'UTC']]} />
      </fieldset>
    </form>
  );
}

interface KindProps {
  readonly value: string;
  readonly checked?: boolean;
  readonly children: ComponentChildren;
}

function Kind({ value, checked = false, children }: KindProps) {
  return (
    <label>
      <input type="radio" name="kind" value={value} checked={checked} /> {children}
    </label>
  );
}

function Field({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <label class="field">
      {title}
      {children}
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly title: string;
  /** Values with their texts. The first is the default of the parameter. */
  readonly options: readonly (readonly string[])[];
}

function Choice({ name, title, options }: ChoiceProps) {
  return (
    <Field title={title}>
      <select name={name}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface ColourProps {
  readonly name: string;
  readonly title: string;
  /** The default of the parameter, as `#rrggbb`. */
  readonly usual: string;
}

// Any CSS colour as text. The picker writes into the text field.
function Colour({ name, title, usual }: ColourProps) {
  return (
    <div class="field">
      <label for={`badge-${name}`}>{title}</label>
      <span class="colour">
        <input id={`badge-${name}`} name={name} maxLength={80} placeholder={usual} spellcheck={false} />
        <input type="color" value={usual} data-fills={`badge-${name}`} aria-label={`Pick: ${title}`} />
      </span>
    </div>
  );
}
