import { createElement, createText } from '../../../bench/report/svg';

it('escapes text and attributes but not elements', () => {
  const { markup } = createElement('g', { 'data-name': '"a" & <b>' }, [
    createText('1 < 2 & 3', { x: 1.26, y: 2 }),
  ]);
  expect(markup).toBe(
    '<g data-name="&quot;a&quot; &amp; &lt;b&gt;"><text x="1.3" y="2" text-anchor="start" class="text">1 &lt; 2 &amp; 3</text></g>',
  );
});
