import { z } from 'zod';
import { secretSettings, settingGroups } from './setting-definitions';

interface SettingDescription {
  readonly name: string;
  /** Empty when there is none. */
  readonly defaultValue: string;
  readonly text: string;
}

interface SettingGroup {
  readonly title: string;
  readonly settings: readonly SettingDescription[];
}

/** Describes every setting, in the groups and the order of their definitions. */
export function describeSettings(): SettingGroup[] {
  return Object.entries(settingGroups).map(([title, group]) => ({
    title,
    settings: Object.entries<z.ZodType>(group).map(([name, schema]) => ({
      name,
      defaultValue: schema instanceof z.ZodDefault ? String(schema.def.defaultValue) : '',
      text: schema.description ?? '',
    })),
  }));
}

/** Renders `docs/settings.md`. */
export function renderSettingsPage(): string {
  const secrets = secretSettings.map((name) => `\`${name}\``).join(', ');
  return `# Settings

<!-- Generated: npx footfall settings > docs/settings.md -->

The service and its commands read their settings from the environment when they start, and name every fault at once. An
empty value counts as not set. Names that end in \`_MS\` are in milliseconds.

These hold secrets and may be given as \`<NAME>_FILE\`, the path of a file with the value and, if you like, a line end:
${secrets}.

If no database is named, the service starts the embedded PostgreSQL.
${describeSettings().map(renderGroup).join('')}`;
}

function renderGroup({ title, settings }: SettingGroup): string {
  const rows = settings.map(({ name, defaultValue, text }) => [
    `\`${name}\``,
    defaultValue === '' ? '' : `\`${defaultValue}\``,
    text,
  ]);
  return `\n## ${title}\n\n${renderTable(['Setting', 'Default', 'Meaning'], rows)}`;
}

/** Pads the cells as Prettier does. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  const renderRow = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [head, rule, ...rows].map(renderRow).join('');
}

/** Renders the settings of the database, or all others, as an example env file with every line commented out. */
export function renderEnvExample(part: 'web' | 'db'): string {
  return describeSettings()
    .filter(({ title }) => title.startsWith('Database') === (part === 'db'))
    .flatMap(({ settings }) => settings)
    .map(({ name, defaultValue, text }) => {
      const isSecret = (secretSettings as readonly string[]).includes(name);
      const also = isSecret ? ` (or ${name}_FILE)` : '';
      return `# ${text.replaceAll('`', '')}${also}\n# ${name}=${defaultValue}\n`;
    })
    .join('\n');
}
