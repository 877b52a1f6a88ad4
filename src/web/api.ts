import { announce } from './announce';
import { startCopyButtons } from './copy-buttons';
import { readCall, renderCurl, renderFetch, type Call } from './api-call';

// The longest answer that is shown whole.
const mostCharacters = 20_000;

document.documentElement.dataset['script'] = '';
startCopyButtons();
for (const form of document.querySelectorAll<HTMLFormElement>('form.try')) {
  showCall(form);
  form.addEventListener('input', () => showCall(form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form);
  });
}

function showCall(form: HTMLFormElement): void {
  const call = readCall(form, location.origin);
  const [curl, fetching] = form.querySelectorAll('.snippet code');
  if (curl) curl.textContent = renderCurl(call);
  if (fetching) fetching.textContent = renderFetch(call);
}

async function send(form: HTMLFormElement): Promise<void> {
  const answer = form.querySelector<HTMLElement>('.answer');
  if (!answer) return;
  answer.hidden = false;
  answer.textContent = 'Waiting for the answer …';
  answer.textContent = await getAnswer(readCall(form, location.origin));
  announce('The answer is shown.');
}

async function getAnswer({ method, url, headers }: Call): Promise<string> {
  try {
    const response = await fetch(url, { method, headers });
    const text = await readText(response);
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}\n`).join('');
    return `${response.status} ${response.statusText}\n\n${shorten(layOut(text))}\n\n${head}`;
  } catch {
    return 'No answer. Check that the service runs and that you are online, and send it again.';
  }
}

/** Reads the whole body, or the first event of a stream, which has no end. */
async function readText(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader && !text.includes('data:')) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader?.cancel();
  return `${text}… more events follow until the client closes the connection`;
}

function layOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function shorten(text: string): string {
  return text.length > mostCharacters
    ? `${text.slice(0, mostCharacters)}\n… and ${text.length - mostCharacters} characters more`
    : text;
}
