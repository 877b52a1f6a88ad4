import fc from 'fast-check';

/** The parts of a request as they are sent, well-formed or not. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const percentEncoded = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('/', '/', '%', '..', '\0', '\\', '-', ' ', '\u202e', 'e\u0301', '\u{1f600}', '\ufffe'),
      fc.constantFrom('a', '\u200c', '\u200d', '\u0644', '\u094d', '\u0301', '\u3164', '\u2764\ufe0f'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.map((part) => encodeURIComponent(part.toWellFormed())).join(''));
const encodedBytes = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
const plain = fc.constantFrom(
  'alice',
  'a',
  'favicon.ico',
  '-',
  '.',
  '..',
  '__proto__',
  'a.svg',
  'constructor',
  '.env',
  'WP-login.php',
  'llms.txt',
  'a(+*',
  'owner%2Frepo',
  '-%2Fvisits',
  'a%2F..%2Fb',
);
const brokenEncoding = fc.stringMatching(/^[a-z%0-9]{1,30}$/);
const overlong = fc.integer({ min: 200, max: 17_000 }).map((length) => 'a'.repeat(length));
// One character is one byte. Line ends would start another line; other tests cover them.
const rawText = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 })
  .map((bytes) => String.fromCharCode(...bytes.filter((byte) => byte !== 10 && byte !== 13)));

const name = fc.oneof(
  { weight: 4, arbitrary: percentEncoded },
  { weight: 3, arbitrary: plain },
  { weight: 2, arbitrary: encodedBytes },
  { weight: 2, arbitrary: brokenEncoding },
  { weight: 2, arbitrary: rawText },
  { weight: 1, arbitrary: overlong },
);
const place = fc.constantFrom(
  ...[
    '/',
    '/',
    '/',
    '/',
    '//',
    '/-/',
    '/-/visitors/',
    '/-/hit/',
    '/-/hit/',
    '/-/badge/',
    '/-/assets/',
    '',
    '*',
  ],
  ...['http://elsewhere/', 'HTTP://[::1]:1/-/hit/'],
);
const suffix = fc.constantFrom('', '', '', '', '/', '.svg', '.svg', '.json', '/history', '#x', ';x');
const fixed = fc.constantFrom(
  ...[
    '/',
    '/-/summary',
    '/-/history',
    '/-/docs',
    '/-/openapi.json',
    '/-/health/ready',
    '/-/metrics',
    '/robots.txt',
    '/-/visits',
    '/-/visits?name=alice',
    '/-/sign-in',
    '/-/sign-in?next=//elsewhere',
    '/-/sign-out',
  ],
);

/** Values of parameters: some valid, many nearly valid, some random. */
const value = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      '0',
      '1',
      '1000',
      '-1',
      '1e3',
      'day',
      '6h',
      '25h',
      'hour',
      'month',
      'id',
      '-visits',
      'username',
      'UTC',
      'true',
    ],
    ...['Europe/Berlin', '../UTC', '2026-01-31T12:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z'],
    ...[
      '2026-01-31T12:00:00%2B23:59',
      '9223372036854775807',
      '9223372036854775808',
      '1.1',
      'flat',
      '%23fff',
      '%00',
    ],
  ),
  percentEncoded,
  rawText,
);
const parameter = fc.constantFrom(
  ...['name', 'limit', 'sort', 'search', 'after', 'since', 'until', 'interval', 'tz', 'range'],
  ...['style', 'label', 'color', 'labelColor', 'abbreviate', 'once', 'once', '__proto__', 'a[b]', '', 'x'],
);

/** A query with its question mark; often empty. */
export const query = fc
  .array(fc.tuple(parameter, value), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`));

/** Paths with a query: paths of names, fixed paths, and strings that are not paths. */
export const target = fc
  .oneof(
    { weight: 5, arbitrary: fc.tuple(place, name, suffix).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fixed },
  )
  .chain((path) => query.map((text) => path + text));

const header = fc.oneof(
  fc.constantFrom<[string, string]>(
    ['Accept', 'text/html'],
    ['Accept', 'text/html;q=x, */*;;q=9'],
    ['Accept-Encoding', 'gzip, br;q=0'],
    ['Accept-Language', 'xx-XX-x;q=0.1, *, de-DE-1996, \xe9'],
    ['Sec-Purpose', 'prefetch'],
    ['Purpose', 'other'],
    ['Host', 'twice'],
    ['Host', '[::1'],
    ['X-Request-Id', 'a'.repeat(65)],
    ['X-Forwarded-For', '1.2.3.4, ::1, \x01'],
    ['Connection', 'Upgrade, close'],
    ['Upgrade', 'websocket'],
    ['Expect', '100-continue'],
    ['Expect', 'tea'],
    ['Content-Length', '0'],
    ['Content-Length', '5'],
    ['Content-Length', '-1'],
    ['Content-Length', '99999999999999999999'],
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'gzip, chunked'],
    ['Idempotency-Key', 'key'],
    ['Idempotency-Key', 'a'.repeat(65)],
    ['Idempotency-Key', '\xff'],
    ['User-Agent', 'Googlebot/2.1 (+http://www.google.com/bot.html)'],
    ['User-Agent', 'curl/8.5.0'],
    ['User-Agent', ''],
    ['User-Agent', `bot ${'x1.'.repeat(2000)}`],
    ['Range', 'bytes=0-1'],
    ['If-None-Match', '*'],
    ['Origin', 'https://elsewhere.example'],
    ['Sec-Fetch-Site', 'same-origin'],
    ['Authorization', 'Bearer x'],
    ['Access-Control-Request-Method', 'POST'],
    ['Cookie', '__proto__=1; a=%ff'],
    ['__proto__', 'x'],
    ['X-Long', 'a'.repeat(17_000)],
  ),
  fc.tuple(fc.stringMatching(/^[!#-'*+.^_`|~A-Za-z0-9-]{1,12}$/), rawText),
  fc.tuple(rawText, rawText),
);
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  { weight: 2, arbitrary: fc.constant('POST') },
  { weight: 2, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'TRACE', 'PURGE') },
  { weight: 1, arbitrary: fc.constantFrom('CONNECT', 'get', 'G\0ET', 'QUERY', 'A'.repeat(100), '') },
);
const version = fc.oneof(
  { weight: 12, arbitrary: fc.constant('HTTP/1.1') },
  { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.9', 'http/1.1', '') },
);

/** Requests, most of them nearly valid. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.record({
  method,
  target,
  version,
  headers: fc
    .tuple(fc.constantFrom(true, true, true, true, false), fc.array(header, { maxLength: 4 }))
    .map(([withHost, headers]) => [...(withHost ? [['Host', 'x'] as const] : []), ...headers]),
});

/** Renders a request, valid or not, with the empty line that ends its headers. */
export function renderRequest({ method, target, version, headers }: FuzzRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${target} ${version}\r\n${lines}\r\n`;
}
