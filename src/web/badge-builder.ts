import { renderBadgeCode, renderBadgePath, type BadgeChoice } from './badge-code';

const restMs = 150;

/** Turns the form of the badge builder into a preview and code, and keeps both up to date. */
export function startBadgeBuilder(): void {
  const form = document.querySelector<HTMLFormElement>('#badge-form');
  const username = form?.closest<HTMLElement>('[data-username]')?.dataset['username'];
  if (!form || username === undefined) return;
  // The browser may have kept what was chosen before a reload; the form is what counts.
  show(form, username);
  let timer: number | undefined;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, restMs, form, username);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
  });
}

function show(form: HTMLFormElement, username: string): void {
  const choice = readChoice(form);
  const preview = document.querySelector<HTMLImageElement>('#badge-preview');
  // The preview must not count, whatever the badge will do.
  if (preview) preview.src = renderBadgePath(username, { ...choice, kind: 'badge' });
  const code = renderBadgeCode(location.origin, username, choice);
  for (const [language, text] of Object.entries(code)) {
    const place = document.getElementById(`badge-${language}`);
    if (place) place.textContent = text as string;
  }
}

function readChoice(form: HTMLFormElement): BadgeChoice {
  const given = new FormData(form);
  const parameters: [string, string][] = [];
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
    '[name]:not([name=kind])',
  )) {
    const value = given.get(field.name);
    if (typeof value !== 'string' || value.trim() === '' || value === initialValue(field)) continue;
    parameters.push([field.name, value.replace(/^#/, '')]);
  }
  return { kind: given.get('kind') === 'badge' ? 'badge' : 'hit', parameters };
}

function initialValue(field: HTMLInputElement | HTMLSelectElement): string | undefined {
  if (field instanceof HTMLSelectElement) return field.options[0]?.value;
  return field.type === 'color' ? field.defaultValue : undefined;
}
