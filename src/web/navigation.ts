/**
 * What showing a view has to do with the browser's history: it adds or replaces an entry, follows where the history went,
 * or refreshes the view.
 */
export type HistoryChange = 'push' | 'replace' | 'follow' | 'refresh';

/** Shows the view of an address. A newer call supersedes one in progress. */
export type ShowView = (address: URL, change: HistoryChange) => Promise<void>;

const debounceMs = 250;

/**
 * Makes the forms and links of a page change the view without loading a page. The search runs
 * while typing, and Back and Forward move between views.
 */
export function startNavigation(show: ShowView): void {
  let timer: number | undefined;

  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!['find', 'order', 'dates'].includes(form.id)) return;
    event.preventDefault();
    clearTimeout(timer);
    void show(toAddress(form, event.submitter), 'push');
  });

  document.addEventListener('input', (event) => {
    const { form } = event.target as HTMLInputElement;
    if (form?.id !== 'find') return;
    clearTimeout(timer);
    timer = setTimeout(() => void show(toAddress(form, null), 'replace'), debounceMs);
  });

  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-view]');
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    clearTimeout(timer);
    const isOfList = link.closest('#visitors') !== null;
    void show(new URL(link.href), 'push').then(() => {
      if (isOfList) document.getElementById('visitors')?.scrollIntoView();
    });
  });

  window.addEventListener('popstate', () => {
    clearTimeout(timer);
    void show(new URL(location.href), 'follow');
  });
}

function toAddress(form: HTMLFormElement, submitter: HTMLElement | null): URL {
  const address = new URL(form.action);
  const given = [...new FormData(form)] as [string, string][];
  if (submitter instanceof HTMLButtonElement && submitter.name !== '') {
    given.push([submitter.name, submitter.value]);
  }
  for (const [name, value] of given) if (value !== '') address.searchParams.set(name, value);
  return address;
}
