/** Expressions for a page. Each lists the elements that break a rule of layout. */

/** Counts that take more than one line or stand out of their box. */
export const brokenCounts = `
  [...document.querySelectorAll('.number, .count, .readout strong')]
    .filter((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      const box = element.closest('.figure, .hero, .panel').getBoundingClientRect();
      return new Set(rects.map(({ top }) => Math.round(top))).size > 1
        || rects.some(({ left, right }) => left < box.left || right > box.right);
    })
    .map((element) => element.outerHTML)`;

/** Names whose box is not inside their row, that may draw outside of it, or that take more than two lines. */
export const looseNames = `
  [...document.querySelectorAll('.visitors tbody tr')]
    .filter((row) => {
      const name = row.querySelector('bdi');
      const [inner, outer] = [name.getBoundingClientRect(), row.getBoundingClientRect()];
      return inner.top < outer.top || inner.bottom > outer.bottom || outer.height > 66
        || getComputedStyle(name).overflowY !== 'clip';
    })
    .map((row) => row.outerHTML)`;

// Where the text of each visible element is drawn, within all boxes that clip it.
const drawnTexts = `
  const clips = (element, axis) => getComputedStyle(element)['overflow' + axis] !== 'visible';
  const clip = (rect, element) => {
    let { left, top, right, bottom } = rect;
    for (let box = element; box; box = box.parentElement) {
      if (box === document.documentElement || box === document.body) break;
      const outer = box.getBoundingClientRect();
      if (clips(box, 'X')) [left, right] = [Math.max(left, outer.left), Math.min(right, outer.right)];
      if (clips(box, 'Y')) [top, bottom] = [Math.max(top, outer.top), Math.min(bottom, outer.bottom)];
    }
    return { left, top, right, bottom };
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('.unseen, .skip, title, script, noscript, option')) continue;
    if (!element.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const drawn = clip(rect, element);
      // The height of a line of text has room above and below the letters.
      const room = (drawn.bottom - drawn.top) / 5;
      if (drawn.right - drawn.left > 1 && drawn.bottom - drawn.top > 4)
        texts.push({ ...drawn, top: drawn.top + room, bottom: drawn.bottom - room, element, node });
    }
  }`;

/** Pairs of texts that are drawn over each other. */
export const overlaps = `
  (() => {
    ${drawnTexts}
    texts.sort((a, b) => a.top - b.top);
    const pairs = [];
    texts.forEach((upper, index) => {
      for (const lower of texts.slice(index + 1)) {
        if (lower.top >= upper.bottom - 1) break;
        const apart = lower.left >= upper.right - 1 || upper.left >= lower.right - 1;
        if (!apart && lower.node !== upper.node) pairs.push([upper.node.data, lower.node.data].join(' over '));
      }
    });
    return pairs;
  })()`;

/** Texts that are cut off, by their box or by the edge of the page, and that nothing shows in full. */
export const cutTexts = `
  (() => {
    ${drawnTexts}
    const beyond = texts.filter(({ left, right }) => left < 0 || right > innerWidth).map(({ node }) => node.data);
    const cut = [...document.querySelectorAll('body *')].filter((element) => {
      if (!element.checkVisibility() || element.closest('.unseen, svg, select, [title]')) return false;
      const { overflowX, overflowY } = getComputedStyle(element);
      const hides = (overflow, more) => (overflow === 'hidden' || overflow === 'clip') && more > 1;
      return hides(overflowX, element.scrollWidth - element.clientWidth)
        || hides(overflowY, element.scrollHeight - element.clientHeight);
    });
    return [...beyond, ...cut.filter((element) => !element.matches('input')).map((element) => element.outerHTML)];
  })()`;
