import { createElement, createText, type SvgNode } from './svg';

/** The contents of a plot. */
export interface Plot {
  readonly title: string;
  /** One line below the title; also the description for screen readers. */
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  readonly content: readonly SvgNode[];
}

// A plot has its own background, since a page may be light although its reader prefers dark: the
// colours for dark pages would not be readable there.
const style = `
text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
.heading { font-weight: 600; }
.title { font-size: 17px; font-weight: 600; }
.page { fill: #ffffff; }
.text, .heading, .title { fill: #1f2328; }
.muted { fill: #59636e; }
.grid { stroke: #d1d9e0; fill: none; }
.own { fill: #0b7a5b; stroke: #0b7a5b; }
.kin { fill: #6fbfa4; stroke: #6fbfa4; }
.other { fill: #8c959f; stroke: #8c959f; }
.blue { fill: #0969da; stroke: #0969da; }
.plum { fill: #8250df; stroke: #8250df; }
.rust { fill: #bc4c00; stroke: #bc4c00; }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117; }
  .text, .heading, .title { fill: #f0f6fc; }
  .muted { fill: #9198a1; }
  .grid { stroke: #3d444d; }
  .own { fill: #3fb98b; stroke: #3fb98b; }
  .kin { fill: #2a7d5f; stroke: #2a7d5f; }
  .other { fill: #7d8590; stroke: #7d8590; }
  .blue { fill: #58a6ff; stroke: #58a6ff; }
  .plum { fill: #bc8cff; stroke: #bc8cff; }
  .rust { fill: #f0883e; stroke: #f0883e; }
}
/* Last, so that it overrides the fill of the colour classes. */
.line { fill: none; stroke-width: 2; }
`;

/** Renders a plot as an SVG file for light and dark pages. */
export function renderPlot({ title, subtitle, width, height, content }: Plot): string {
  const svg = createElement(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': 'title description',
    },
    [
      createElement('title', { id: 'title' }, [title]),
      createElement('desc', { id: 'description' }, [subtitle]),
      { markup: `<style>${style}</style>` },
      createElement('rect', { width, height, rx: 6, class: 'page' }),
      createText(title, { x: 20, y: 32 }, 'title'),
      createText(subtitle, { x: 20, y: 54 }, 'muted'),
      ...content,
    ],
  );
  return `${svg.markup}\n`;
}
