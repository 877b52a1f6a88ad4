import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(__dirname, '../../docs');
const rows = readFileSync(join(docs, 'threat-model.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!threat |-)/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));

it.each(rows)('the threat "%s" has a test that exists', (_threat, _measure, test = '') => {
  const [, path = '', title = ''] = /\]\(([^)]+)\): "([^"]+)"/.exec(test) ?? [];
  expect(title).not.toBe('');
  expect(readFileSync(join(docs, path), 'utf8')).toContain(title);
});
