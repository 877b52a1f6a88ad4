import { renderBadgeCode, renderBadgePath } from '../../src/web/badge-code';

const origin = 'https://counter.test';

it.each([
  ['alice', '/-/hit/alice.svg'],
  ['alice-b_c.d', '/-/hit/alice-b_c.d.svg'],
  ['_x_', '/-/hit/%5Fx%5F.svg'],
  ['a--b', '/-/hit/a%2D%2Db.svg'],
  ['wow (really)!', '/-/hit/wow%20%28really%29%21.svg'],
  ['50%', '/-/hit/50%25.svg'],
  ['é', '/-/hit/%C3%A9.svg'],
])('encodes the name %s so that markup does not interpret it', (name, path) => {
  expect(renderBadgePath(name, { kind: 'hit', parameters: [] })).toBe(path);
});

it('escapes the name in the line for a site', () => {
  const { script } = renderBadgeCode(origin, `"a" & 'b' <c>`, { kind: 'hit', parameters: [] });
  expect(script).toBe(
    `<script defer src="${origin}/-/count.js" data-name="&quot;a&quot; &amp; 'b' &lt;c&gt;"></script> <span data-footfall></span>`,
  );
});

it('escapes the label in each markup language', () => {
  const parameters = [['label', '*"<b>"* [1] & 2']] as const;
  const { markdown, html, asciidoc } = renderBadgeCode(origin, 'al', { kind: 'badge', parameters });
  const image = `${origin}/-/badge/al.svg?label=%2A%22%3Cb%3E%22%2A%20%5B1%5D%20%26%202`;
  const page = `${origin}/-/visitors/al`;
  expect(markdown).toBe(`[![\\*"\\<b>"\\* \\[1\\] \\& 2](${image})](${page})`);
  expect(html).toBe(`<a href="${page}"><img src="${image}" alt="*&quot;&lt;b&gt;&quot;* [1] &amp; 2"></a>`);
  expect(asciidoc).toBe(`image:${image}["*\\"<b>\\"* [1\\] & 2",link="${page}"]`);
});

it('gives shields.io the address that does not record, also for a badge that does', () => {
  const parameters = [
    ['period', 'today/total'],
    ['logo', 'github'],
  ] as const;
  const { shields } = renderBadgeCode(origin, 'a-', { kind: 'hit', parameters });
  const [, url, page] = /^\[!\[visits\]\((.+)\)\]\((.+)\)$/.exec(shields) ?? [];
  expect(page).toBe(`${origin}/-/visitors/a%2D`);
  const { host, pathname, searchParams } = new URL(url ?? '');
  expect([host, pathname]).toEqual(['img.shields.io', '/endpoint']);
  expect([...searchParams]).toEqual([
    ['url', `${origin}/-/badge/a%2D.json?period=today%2Ftotal&logo=github`],
  ]);
});

it('describes a line by its 30 days', () => {
  const { markdown } = renderBadgeCode(origin, 'al', { kind: 'spark', parameters: [['color', 'teal']] });
  expect(markdown).toBe(
    `[![visits in 30 days](${origin}/-/spark/al.svg?color=teal)](${origin}/-/visitors/al)`,
  );
});
