import { announce } from './announce';

const restMs = 2000;

/** Makes every button with `data-copy` copy the text of the element that it names. */
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
  say(button, copied ? 'Copied' : 'Selected: press Ctrl+C');
}

// Browsers keep the clipboard from pages that came over plain HTTP.
async function writeToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function say(button: HTMLElement, word: string): void {
  announce(word);
  if (button.dataset['action'] !== undefined) return;
  button.dataset['action'] = button.textContent;
  button.textContent = word;
  setTimeout(() => {
    button.textContent = button.dataset['action'] ?? '';
    delete button.dataset['action'];
  }, restMs);
}
