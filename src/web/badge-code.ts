/** A badge as chosen in the form. */
export interface BadgeChoice {
  /** `hit` records a visit each time the badge is shown; `badge` only shows the number; `spark` is a line. */
  readonly kind: 'hit' | 'badge' | 'spark';
  /** Query parameters of the badge, without defaults. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** The code of a badge in the markup languages of READMEs, and of a site that counts itself without a badge. */
export interface BadgeCode {
  readonly markdown: string;
  readonly html: string;
  readonly asciidoc: string;
  /** Markdown of the badge as shields.io draws it, which never records. */
  readonly shields: string;
  readonly script: string;
}

/** Renders the path of a badge; `json` is the description for shields.io, which `badge` alone has. */
export function renderBadgePath(
  username: string,
  { kind, parameters }: BadgeChoice,
  format: 'svg' | 'json' = 'svg',
): string {
  const query = parameters.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return `/-/${kind}/${encode(username)}.${format}${query === '' ? '' : `?${query}`}`;
}

/** Renders the code of a badge that links to the visitor's page, for a service at an address without a slash at its end. */
export function renderBadgeCode(service: string, username: string, choice: BadgeChoice): BadgeCode {
  const image = `${service}${renderBadgePath(username, choice)}`;
  const description = `${service}${renderBadgePath(username, { ...choice, kind: 'badge' }, 'json')}`;
  const page = `${service}/-/visitors/${encode(username)}`;
  const label = describe(choice);
  const renderMarkdown = (url: string) => `[![${label.replace(/[\\[\]`*_<&!]/g, '\\$&')}](${url})](${page})`;
  return {
    markdown: renderMarkdown(image),
    html: `<a href="${escapeHtml(page)}"><img src="${escapeHtml(image)}" alt="${escapeHtml(label)}"></a>`,
    asciidoc: `image:${image}["${label.replace(/["\]]/g, '\\$&')}",link="${page}"]`,
    shields: renderMarkdown(`https://img.shields.io/endpoint?url=${encode(description)}`),
    script: `<script defer src="${escapeHtml(service)}/-/count.js" data-name="${escapeHtml(username)}"></script> <span data-footfall></span>`,
  };
}

// The text in place of a picture that is not shown.
function describe({ kind, parameters }: BadgeChoice): string {
  if (kind === 'spark') return 'visits in 30 days';
  return parameters.find(([name]) => name === 'label')?.[1] ?? 'visits';
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
