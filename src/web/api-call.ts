/** A request as a form describes it. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a form of `TryOperation`. Empty fields are left out; a path parameter without a value stays in braces. */
export function readCall(form: HTMLFormElement, origin: string): Call {
  let path = form.dataset['path'] ?? '';
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-in]')) {
    const { name, value } = field;
    if (value === '') continue;
    if (field.dataset['in'] === 'path') path = path.replace(`{${name}}`, () => encodeURIComponent(value));
    else if (field.dataset['in'] === 'query') query.append(name, value);
    else headers[name] = value;
  }
  const search = query.toString();
  return {
    method: form.dataset['method'] ?? 'GET',
    url: `${origin}${path}${search === '' ? '' : `?${search}`}`,
    headers,
  };
}

/** Renders a call as a command for a POSIX shell. */
export function renderCurl({ method, url, headers }: Call): string {
  const options = { GET: [], HEAD: ['-I'] }[method] ?? ['-X', method];
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', quote(`${name}: ${value}`)]);
  return ['curl', ...options, ...fields, quote(url)].join(' ');
}

/** Renders a call as JavaScript. */
export function renderFetch({ method, url, headers }: Call): string {
  const options = {
    ...(method === 'GET' ? {} : { method }),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
  };
  const more = Object.keys(options).length > 0 ? `, ${JSON.stringify(options)}` : '';
  return `await fetch(${JSON.stringify(url)}${more})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
