import { Idiomorph } from 'idiomorph';

/**
 * Updates the main element of this page from a newer one. It changes only what differs: focus,
 * selection, text being typed and elements that scripts own (`data-own`) stay. Changed numbers are
 * highlighted.
 * @param isRefresh the view is the same, so no row moves away from the pointer or the focus.
 */
export function applyPage(newer: Document, isRefresh: boolean): void {
  const [main, next] = [document.querySelector('main'), newer.querySelector('main')];
  if (!main || !next) return;
  const before = readNumbers(main);
  void Idiomorph.morph(main, next, {
    morphStyle: 'outerHTML',
    // It would also leave the content and the value of a focused button, which is the next order.
    ignoreActiveValue: document.activeElement instanceof HTMLInputElement,
    restoreFocus: true,
    callbacks: {
      // Dates that are being chosen stay.
      beforeNodeMorphed: (node, into) =>
        !(
          node instanceof Element &&
          (node.matches('[data-own], #dates:focus-within') || (isRefresh && isHeld(node, into)))
        ),
    },
  });
  document.title = newer.title;
  for (const number of document.querySelectorAll('main .number')) {
    const old = before.get(number.id);
    number.classList.toggle('changed', old !== undefined && old !== number.textContent);
  }
}

/** Whether somebody points at a row of this list, and its rows would move. */
function isHeld(list: Element, next: Node): boolean {
  if (list.localName !== 'tbody' || !list.matches(':hover, :focus-within')) return false;
  return readRows(list) !== readRows(next as Element);
}

function readRows(list: Element): string {
  return [...list.children].map(({ id }) => id).join();
}

function readNumbers(main: Element): Map<string, string> {
  return new Map([...main.querySelectorAll('.number')].map(({ id, textContent }) => [id, textContent]));
}
