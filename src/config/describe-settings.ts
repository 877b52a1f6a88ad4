import { z } from 'zod';
import { secretSettings, settingDefinitions } from './setting-definitions';

/** One setting as a person wants to read of it. */
export interface SettingDescription {
  readonly name: string;
  /** Empty when there is none. */
  readonly defaultValue: string;
  readonly text: string;
  /** Can also be given as `<NAME>_FILE`. */
  readonly secret: boolean;
}

/** Describes every setting, in the order of their definitions. */
export function describeSettings(): SettingDescription[] {
  return Object.entries(settingDefinitions.shape).map(([name, schema]) => ({
    name,
    defaultValue: schema instanceof z.ZodDefault ? String(schema.def.defaultValue) : '',
    text: schema.description ?? '',
    secret: (secretSettings as readonly string[]).includes(name),
  }));
}

/** Renders the settings as the README's table. */
export function renderSettingsTable(): string {
  const rows = describeSettings().map(({ name, defaultValue, text }) => [
    `\`${name}\``,
    defaultValue === '' ? '' : `\`${defaultValue}\``,
    text,
  ]);
  const table = [['setting', 'default', 'meaning'], ['---', '---', '---'], ...rows];
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** Renders the settings of the database, or all others, as an example env file: everything commented out. */
export function renderEnvExample(part: 'web' | 'db'): string {
  const isDatabase = (name: string): boolean => /^(DB_|DATABASE_URL)/.test(name);
  return describeSettings()
    .filter(({ name }) => isDatabase(name) === (part === 'db'))
    .map(({ name, defaultValue, text, secret }) => {
      const also = secret ? ` (or ${name}_FILE)` : '';
      return `# ${text.replaceAll('`', '')}${also}\n# ${name}=${defaultValue}\n`;
    })
    .join('\n');
}
