import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

it('holds what the generator reads from the tables of Unicode', async () => {
  const { stdout } = await promisify(execFile)('node', ['tools/generate-username-characters.mjs']);
  expect(readFileSync('src/shared/unicode-15-1.ts', 'utf8')).toBe(stdout);
}, 60_000);
