import { Idiomorph } from 'idiomorph';

/**
 * Turns the main part of this page into that of a newer one, touching only what differs: focus, selection, what is
 * being typed, and the parts that scripts own (`data-own`) stay. Numbers that have changed are marked for a moment.
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
