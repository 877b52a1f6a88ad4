import { Agent as PlainAgent, request as requestPlain } from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';

/**
 * Sends one request, with the path exactly as given, on a new connection unless an agent keeps one.
 * @returns {Promise<{status: number, headers: object, rawHeaders: string[], text: string, json: any}>}
 */
export function ask(url, path = '/', options = {}) {
  const { method = 'GET', headers = {}, timeoutMs = 30_000, agent = false, ...tls } = options;
  const { protocol, hostname, port } = new URL(url);
  const request = protocol === 'https:' ? requestTls : requestPlain;
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, headers, agent, timeout: timeoutMs, ...tls },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            text,
            json: parse(text),
          }),
        );
      },
    );
    sent.once('timeout', () =>
      sent.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'TIMEOUT' })),
    );
    sent.once('error', reject);
    sent.end();
  });
}

/**
 * Creates an agent that keeps connections, and drops those that are idle for longer than the server announced in
 * `Keep-Alive: timeout=…`. Node heeds the announcement only if the agent has a longer timeout of its own; otherwise a
 * visit may be sent on a connection that the server is closing.
 */
export function createKeepingAgent(url, { maxSockets }) {
  const AgentOfUrl = new URL(url).protocol === 'https:' ? TlsAgent : PlainAgent;
  return new AgentOfUrl({ keepAlive: true, maxSockets, timeout: 60_000 });
}

/** Like `ask`, but returns `{ status: 'ECONNRESET' }` or another error code where there is no response. */
export function askOrFail(url, path, options) {
  return ask(url, path, options).catch(({ code }) => ({ status: code }));
}

/** Reads the count of a name; 0 when it is not listed. */
export async function readCount(url, username, options) {
  const { status, json } = await ask(url, `/-/visitors/${encodeURIComponent(username)}`, options);
  if (status === 404) return 0;
  if (status !== 200) throw new Error(`reading ${username} was answered with ${status}`);
  return json.visits;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
