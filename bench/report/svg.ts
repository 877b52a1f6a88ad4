/** SVG markup, which is not escaped again when it is used as a child. */
export interface SvgNode {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Creates an element. Text children are escaped, numbers rounded to a tenth of a pixel. */
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

/** Creates a text element; `y` is its baseline. */
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
