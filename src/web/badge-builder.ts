import { renderBadgeCode, renderBadgePath, type BadgeChoice } from './badge-code';

const debounceMs = 150;

/** Keeps the preview and the code of the badge builder up to date with its form. */
export function startBadgeBuilder(): void {
  const form = document.querySelector<HTMLFormElement>('#badge-form');
  const username = form?.closest<HTMLElement>('[data-username]')?.dataset['username'];
  if (!form || username === undefined) return;
  // After a reload, browsers may restore the fields of the form.
  show(form, username);
  let timer: number | undefined;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, debounceMs, form, username);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
  });
}

function show(form: HTMLFormElement, username: string): void {
  const choice = readChoice(form);
  const preview = document.querySelector<HTMLImageElement>('#badge-preview');
  // The preview must not record a visit, even if the badge will.
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
