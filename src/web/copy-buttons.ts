import { announce } from './announce';

const feedbackMs = 2000;

/** Buttons that show feedback. A refresh of the page may end that earlier. */
const answering = new WeakSet<HTMLElement>();

/** Makes each button with `data-copy` copy the text of the element with that id. */
export function startCopyButtons(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy]');
    const source = document.getElementById(button?.dataset['copy'] ?? '');
    if (button && source) void copy(button, source);
  });
}

async function copy(button: HTMLElement, source: HTMLElement): Promise<void> {
  const copied = await writeToClipboard(source.textContent);
  if (!copied) getSelection()?.selectAllChildren(source);
  showFeedback(button, copied ? 'Copied' : 'Selected: press Ctrl+C');
}

// Browsers do not give pages access to the clipboard over plain HTTP.
async function writeToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function showFeedback(button: HTMLElement, text: string): void {
  announce(text);
  if (answering.has(button)) return;
  answering.add(button);
  const action = button.textContent;
  button.textContent = text;
  setTimeout(() => {
    button.textContent = action;
    answering.delete(button);
  }, feedbackMs);
}
