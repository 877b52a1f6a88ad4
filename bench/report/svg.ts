/** A finished piece of SVG; plain text among children is escaped, this is not. */
export interface SvgNode {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Creates an element; numbers are rounded to a tenth of a pixel. */
export function createElement(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  children: readonly (SvgNode | string)[] = [],
): SvgNode {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? formatNumber(value) : value)}"`,
  );
  const inner = children
    .map((child) => (typeof child === 'string' ? escapeText(child) : child.markup))
    .join('');
  const open = `<${name}${written.join('')}`;
  return { markup: inner === '' ? `${open}/>` : `${open}>${inner}</${name}>` };
}

/** Creates a text whose anchor is `start`, `middle` or `end`, on the given baseline. */
export function createText(
  text: string,
  at: { readonly x: number; readonly y: number; readonly anchor?: 'start' | 'middle' | 'end' },
  className = 'text',
): SvgNode {
  const { x, y, anchor = 'start' } = at;
  return createElement('text', { x, y, 'text-anchor': anchor, class: className }, [text]);
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

function formatNumber(value: number): string {
  return String(Math.round(value * 10) / 10);
}
