import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings, renderEnvExample, renderSettingsPage } from '../../src/config/describe-settings';
import { settingDefinitions } from '../../src/config/setting-definitions';

const read = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8');

it('has every setting with its default and meaning in docs/settings.md', () => {
  expect(read('docs/settings.md')).toBe(renderSettingsPage());
});

it('has every setting in one group, with one line of meaning', () => {
  const settings = describeSettings().flatMap((group) => group.settings);
  expect(settings.map(({ name }) => name).sort()).toEqual(Object.keys(settingDefinitions.shape).sort());
  for (const { text } of settings) expect(text).toMatch(/^[A-Z`][^\n|]+\.$/);
});

it.each(['web', 'db'] as const)('lists them in .%s.env.example', (part) => {
  expect(read(`.${part}.env.example`)).toBe(renderEnvExample(part));
});
