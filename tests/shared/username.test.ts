import { parseStoredUsername, parseUsername } from '../../src/shared/username';

it.each([
  ...['owner/repo', 'example.org/blog/post-1', 'a/-', '..up', 'a b', "o'brien", '100% sure?', '日本語'],
  ...['علی‌رضا', 'क्‍ष', '😀', '❤️', '1️⃣', '👍🏽', '🇩🇪', 'ㅎㅎ', '\u{1f600}'.repeat(255)],
])('accepts %j', (name) => {
  expect(parseUsername(name)).toBe(name);
});

it.each([
  ...[
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/..',
    './a',
    'a/./b',
    '-',
    '-/visits',
    'a\\b',
    ' a',
    'a\u3000',
  ],
  ...['\u3164', '\u2800', '\u115f', '\u1160', '\uffa0', '\ufffd', '\ufffc', '\u0301', 'a/\u0301', 'a \u0301'],
  ...[
    '\ue000',
    '\u{f0000}',
    '\ufdd0',
    '\u{1fffe}',
    '\u0378',
    '\u2065',
    '\u00ad',
    '\u202ea',
    '\u2028',
    '\ud800',
  ],
  ...['\u200c', '\u200d', 'a\u200cb', 'a\u200db', '\u0644\u200c', '\u0631\u200c\u0631', '👨‍👩‍👧'],
  ...['\ufe0f', 'a\ufe0f', '1\ufe0f', 'x'.repeat(256), '\u{1f600}'.repeat(256)],
])('refuses %j', (name) => {
  expect(() => parseUsername(name)).toThrow(expect.objectContaining({ code: 'invalid-username' }));
});

it('reads names that earlier releases stored, and no others', () => {
  for (const name of ['\u3164', '\u0301', 'a\ufe0f', '\ufffd', 'owner/repo']) {
    expect(parseStoredUsername(name)).toBe(name);
  }
  for (const name of ['', '..', 'a//b', '\u200c', 'a\u0000', ' a', 'x'.repeat(256)]) {
    expect(() => parseStoredUsername(name)).toThrow(expect.objectContaining({ code: 'invalid-username' }));
  }
});
