import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../docs/decisions');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const records = readdirSync(folder).filter((file) => file !== 'README.md');

/** The rows of the index: link and title, without padding. */
const index = read('README.md')
  .split('\n')
  .filter((line) => line.startsWith('| ['))
  .map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.trim()),
  );

it.each(records)('gives %s a title, a status, a date and its line in the index', (file) => {
  const form =
    /^# (.+)\n\n- Status: (accepted|superseded by \d+)\n- Date: (\d{4}-\d\d-\d\d)\n\n## Context\n[^]+\n## Decision\n[^]+\n## Consequences\n/;
  expect(read(file)).toMatch(form);
  const [, title] = form.exec(read(file)) ?? [];
  expect(index).toContainEqual([`[${Number(file.slice(0, 4))}](${file})`, title]);
});

it('lists only records that exist, in order and each once', () => {
  const numbers = index.map(([link = '']) => Number(/^\[(\d+)\]/.exec(link)?.[1]));
  expect(index).toHaveLength(records.length);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});
