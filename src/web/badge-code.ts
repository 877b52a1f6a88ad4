/** A badge as chosen in the form. */
export interface BadgeChoice {
  /** `hit` records a visit each time the badge is shown; `badge` only shows the number. */
  readonly kind: 'hit' | 'badge';
  /** Query parameters of the badge, without defaults. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** The code of a badge in the markup languages of READMEs, and of a site that counts itself without a badge. */
export interface BadgeCode {
  readonly markdown: string;
  readonly html: string;
  readonly asciidoc: string;
  readonly script: string;
}

/** Renders the path of a badge. */
export function renderBadgePath(username: string, { kind, parameters }: BadgeChoice): string {
  const query = parameters.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return `/-/${kind}/${encode(username)}.svg${query === '' ? '' : `?${query}`}`;
}

/** Renders the code of a badge that links to the visitor's page. */
export function renderBadgeCode(origin: string, username: string, choice: BadgeChoice): BadgeCode {
  const image = `${origin}${renderBadgePath(username, choice)}`;
  const page = `${origin}/-/visitors/${encode(username)}`;
  const label = choice.parameters.find(([name]) => name === 'label')?.[1] ?? 'visits';
  return {
    markdown: `[![${label.replace(/[\\[\]`*_<&!]/g, '\\$&')}](${image})](${page})`,
    html: `<a href="${escapeHtml(page)}"><img src="${escapeHtml(image)}" alt="${escapeHtml(label)}"></a>`,
    asciidoc: `image:${image}["${label.replace(/["\]]/g, '\\$&')}",link="${page}"]`,
    script: `<script defer src="${escapeHtml(origin)}/-/count.js" data-name="${escapeHtml(username)}"></script> <span data-footfall></span>`,
  };
}

// Markup may interpret these characters in a URL too, but not - _ . between letters or digits.
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!~*'()]|(?<![A-Za-z0-9])[-_.]|[-_.](?![A-Za-z0-9])/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => names[character] ?? character);
}
