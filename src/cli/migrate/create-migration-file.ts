import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const template = `import type { Migration } from '../src/shared/migration';

/** What changes, and why. One purpose; expand first, contract a release later. */
export const migration: Migration = {
  // true only if the release before can serve while it is reverted, and nothing recorded is lost by it.
  downIsSafe: false,

  async up({ run }) {
    await run('');
  },

  async down({ run }) {
    await run('');
  },
};
`;

/**
 * Writes the file of a new migration into the sources, named after the time in UTC so that it sorts last.
 * @returns its path.
 */
export function createMigrationFile(name: string, now: Date): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name)) {
    throw new Error(`"${name}" must be verb and object in kebab-case, such as add-country-to-visits`);
  }
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const path = join('migrations', `${stamp}-${name}.ts`);
  writeFileSync(path, template, { flag: 'wx' });
  return path;
}
