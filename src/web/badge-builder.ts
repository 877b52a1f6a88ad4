import { renderBadgeCode, renderBadgePath, type BadgeChoice } from './badge-code';
import { serviceUrl } from './service-url';
import { viewerZone } from './viewer';

const debounceMs = 150;

/** Keeps the preview and the code of the badge builder up to date with its form. */
export function startBadgeBuilder(): void {
  const form = document.querySelector<HTMLFormElement>('#badge-form');
  const preview = document.querySelector<HTMLImageElement>('#badge-preview');
  const username = form?.closest<HTMLElement>('[data-username]')?.dataset['username'];
  if (!form || !preview || username === undefined) return;
  offerOwnZone(form);
  preview.addEventListener('error', () => void showRefusal(preview));
  const update = () => show(form, preview, username);
  // After a reload, browsers may restore the fields of the form.
  update();
  let timer: number | undefined;
  form.addEventListener('input', ({ target }) => {
    fillFromPicker(target as HTMLInputElement);
    clearTimeout(timer);
    timer = setTimeout(update, debounceMs);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
  });
}

function offerOwnZone(form: HTMLFormElement): void {
  if (viewerZone !== 'UTC') form.querySelector('[name=tz]')?.append(new Option(viewerZone));
}

function fillFromPicker({ dataset, value }: HTMLInputElement): void {
  const field = document.getElementById(dataset['fills'] ?? '');
  if (field instanceof HTMLInputElement) field.value = value;
}

function show(form: HTMLFormElement, preview: HTMLImageElement, username: string): void {
  const choice = readChoice(form);
  const refusal = document.getElementById('badge-refusal');
  if (refusal) refusal.hidden = true;
  // The preview must not record a visit, even if the badge will.
  const shown: BadgeChoice = { ...choice, kind: choice.kind === 'spark' ? 'spark' : 'badge' };
  preview.src = serviceUrl + renderBadgePath(username, shown);
  const code = renderBadgeCode(serviceUrl, username, choice);
  for (const [language, text] of Object.entries(code)) {
    const place = document.getElementById(`badge-${language}`);
    if (!place) continue;
    place.textContent = text as string;
    // The keyboard scrolls only what has the focus.
    if (place.scrollHeight > place.clientHeight) place.tabIndex = 0;
    else place.removeAttribute('tabindex');
  }
  const shields = document.getElementById('badge-by-shields');
  if (shields) shields.hidden = choice.kind === 'spark';
}

/** Reads the form. Field sets that do not fit the kind of badge or the period are disabled, so they have no data. */
function readChoice(form: HTMLFormElement): BadgeChoice {
  const kind = new FormData(form).get('kind') as BadgeChoice['kind'];
  setDisabled(form, '#badge-number', kind === 'spark');
  setDisabled(form, '#badge-days', kind !== 'spark' && new FormData(form).get('period') === 'total');
  const parameters: [string, string][] = [];
  for (const [name, value] of new FormData(form) as Iterable<[string, string]>) {
    if (name === 'kind' || value.trim() === '' || value === findDefault(form, name)) continue;
    // The service takes colours without "#", which keeps the address short.
    parameters.push([name, /color$/i.test(name) ? value.trim().replace(/^#/, '') : value]);
  }
  return { kind, parameters };
}

function setDisabled(form: HTMLFormElement, selector: string, disabled: boolean): void {
  const fields = form.querySelector<HTMLFieldSetElement>(selector);
  if (fields) fields.disabled = disabled;
}

function findDefault(form: HTMLFormElement, name: string): string | undefined {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLSelectElement ? field.options[0]?.value : undefined;
}

/** Shows why there is no preview, in the words of the service. */
async function showRefusal(preview: HTMLImageElement): Promise<void> {
  const { src } = preview;
  const reason = await fetch(src)
    .then((response) => response.json() as Promise<{ detail: string }>)
    .then(({ detail }) => detail)
    .catch(() => 'The service did not answer.');
  const place = document.getElementById('badge-refusal');
  // The form may have changed since.
  if (!place || preview.src !== src) return;
  place.textContent = reason;
  place.hidden = false;
}
