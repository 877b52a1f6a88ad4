import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Colors = Record<string, string>;

const css = readFileSync(join(__dirname, '../../src/web/styles/base.css'), 'utf8');
const [light, dark] = css.split('@media (prefers-color-scheme: dark)').map(readColors) as [Colors, Colors];

function readColors(text: string): Colors {
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): #([0-9a-f]{6});/g)].map(([, name, hex]) => [name!, hex!]),
  );
}

// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colors: Colors, first: string, second: string): number {
  const [low = 0, high = 0] = [luminance(colors[first]!), luminance(colors[second]!)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_theme, colors) => {
  it.each(['text', 'muted', 'accent', 'danger'])('have %s at 4.5:1 or more on both backgrounds', (name) => {
    expect(contrast(colors, name, 'surface')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colors, name, 'ground')).toBeGreaterThanOrEqual(4.5);
  });

  it('have lines at 3:1 or more on both backgrounds', () => {
    expect(contrast(colors, 'line', 'surface')).toBeGreaterThanOrEqual(3);
    expect(contrast(colors, 'line', 'ground')).toBeGreaterThanOrEqual(3);
  });

  it('have text at 4.5:1 or more on a selected control', () => {
    expect(contrast(colors, 'on-accent', 'accent')).toBeGreaterThanOrEqual(4.5);
  });
});
