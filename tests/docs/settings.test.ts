import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings, renderEnvExample } from '../../src/config/describe-settings';

const read = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8');

it('has every setting with its default and meaning in the README', () => {
  const section =
    /<!-- settings: npm run settings -->([\s\S]*)<!-- \/settings -->/.exec(read('README.md'))?.[1] ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(
    describeSettings().map(({ name, defaultValue, text }) => [
      `\`${name}\``,
      defaultValue === '' ? '' : `\`${defaultValue}\``,
      text,
    ]),
  );
});

it.each(['web', 'db'] as const)('lists them in .%s.env.example', (part) => {
  expect(read(`.${part}.env.example`)).toBe(renderEnvExample(part));
});
