/** What a badge looks like and does, as the form of the builder says it. */
export interface BadgeChoice {
  /** `hit` records a visit each time the badge is shown; `badge` only shows the number. */
  readonly kind: 'hit' | 'badge';
  /** Parameters of the badge, without those that keep their default. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** The code of a badge for the three languages that READMEs are written in. */
export interface BadgeCode {
  readonly markdown: string;
  readonly html: string;
  readonly asciidoc: string;
}

/** Writes the path of a badge. */
export function renderBadgePath(username: string, { kind, parameters }: BadgeChoice): string {
  const query = parameters.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return `/-/${kind}/${encode(username)}.svg${query === '' ? '' : `?${query}`}`;
}

/** Writes a badge that links to the visitor's page. */
export function renderBadgeCode(origin: string, username: string, choice: BadgeChoice): BadgeCode {
  const image = `${origin}${renderBadgePath(username, choice)}`;
  const page = `${origin}/-/visitors/${encode(username)}`;
  const label = choice.parameters.find(([name]) => name === 'label')?.[1] ?? 'visits';
  return {
    markdown: `[![${label.replace(/[\\[\]`*_<&!]/g, '\\$&')}](${image})](${page})`,
    html: `<a href="${escapeHtml(page)}"><img src="${escapeHtml(image)}" alt="${escapeHtml(label)}"></a>`,
    asciidoc: `image:${image}["${label.replace(/["\]]/g, '\\$&')}",link="${page}"]`,
  };
}

// Markup gives meaning to signs inside an address too, except where they stand alone between letters or digits.
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!~*'()]|(?<![A-Za-z0-9])[-_.]|[-_.](?![A-Za-z0-9])/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (sign) => names[sign] ?? sign);
}
