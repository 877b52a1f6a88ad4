import { Idiomorph } from 'idiomorph';

/**
 * Updates the main element of this page from a newer one. It changes only what differs: focus,
 * selection, text being typed and elements that scripts own (`data-own`) stay. Changed numbers are
 * highlighted.
 */
export function applyPage(newer: Document): void {
  const [main, next] = [document.querySelector('main'), newer.querySelector('main')];
  if (!main || !next) return;
  const before = readNumbers(main);
  void Idiomorph.morph(main, next, {
    morphStyle: 'outerHTML',
    ignoreActiveValue: true,
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (node) => !(node instanceof Element && node.hasAttribute('data-own')),
    },
  });
  document.title = newer.title;
  for (const number of document.querySelectorAll('main .number')) {
    const old = before.get(number.id);
    number.classList.toggle('changed', old !== undefined && old !== number.textContent);
  }
}

function readNumbers(main: Element): Map<string, string> {
  return new Map([...main.querySelectorAll('.number')].map(({ id, textContent }) => [id, textContent]));
}
