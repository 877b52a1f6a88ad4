import fc from 'fast-check';
import { createToPath } from '../../src/http/base-path';
import { toOwnPage } from '../../src/http/pages/own-page';

const atRoot = createToPath();

it.each(['/', '/?sort=username&range=7d', '/-/visitors/alice', '/-/visitors/%C3%A9?tz=UTC'])(
  'returns to the page %s',
  (page) => {
    expect(toOwnPage(page, atRoot)).toBe(page);
  },
);

it.each([
  '',
  'alice',
  '/alice',
  '/-/hit/alice.svg',
  '/-/visitors/../../alice',
  '/-/sign-in?next=/',
  '//elsewhere.example',
  '//elsewhere.example/-/visitors/alice',
  '/\\elsewhere.example',
  '\\\\elsewhere.example/',
  '/\t/elsewhere.example',
  '/.//elsewhere.example',
  '/-/visitors/../..//elsewhere.example',
  'https://elsewhere.example/',
  'https:elsewhere.example',
  'javascript:alert(1)',
  'data:text/html,x',
  ' //elsewhere.example',
  'http://user@elsewhere.example/',
])('returns to the dashboard instead of %j', (address) => {
  expect(toOwnPage(address, atRoot)).toBe('/');
});

it('returns to the pages below a base path only', () => {
  const toPath = createToPath('/count');
  const pages = ['/count/', '/count/?range=7d', '/count/-/visitors/alice'];
  expect(pages.map((page) => toOwnPage(page, toPath))).toEqual(pages);
  const others = [
    '/',
    '/count',
    '/countess/',
    '/-/visitors/alice',
    '/count/alice',
    '/count/../',
    '/count//-/visitors/a',
  ];
  expect(others.map((address) => toOwnPage(address, toPath))).toEqual(others.map(() => '/count/'));
});

it('never leaves the service', () => {
  const part = fc.constantFrom(
    ...['/', '//', '\\', '.', '..', '-', '/-/visitors/', '@', ':', 'http:', 'javascript:', '\t', '\n', '%2f'],
    ...['?', '#', 'elsewhere.example', ' ', '\0'],
  );
  const address = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 8 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(address, (given) => {
      const path = toOwnPage(given, atRoot);
      const { origin, pathname } = new URL(path, 'https://count.example/-/sign-in');
      expect(origin).toBe('https://count.example');
      expect(pathname).toMatch(/^\/($|-\/visitors\/)/);
      expect(path).toMatch(/^[\x21-\x7e]+$/);
    }),
    { numRuns: 5000 },
  );
});
