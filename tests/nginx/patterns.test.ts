import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../nginx');

/** The directives of the configuration, without comments, as without a base path. */
function readConfiguration(): string {
  const files = ['nginx.conf', ...readdirSync(join(folder, 'conf')).map((file) => join('conf', file))];
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  return lines
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll('${BASE_PATH}', '');
}

// Faults of nginx such as CVE-2026-42533 need maps with patterns that capture.
it('captures nothing with the patterns of the proxy', () => {
  const configuration = readConfiguration();
  const patterns = configuration.match(/(?<=["\s])~\*?\s*\^.*$/gm) ?? [];
  expect(patterns.length).toBeGreaterThanOrEqual(4);
  for (const pattern of patterns) expect(pattern).not.toMatch(/\((?!\?[:!=])/);
  expect(configuration).not.toMatch(/\$\d/);
});

it('reports the limit of the badges for the paths that have it', () => {
  const [, pattern = ''] = /~(\S+)\s+badges;/.exec(readConfiguration()) ?? [];
  const limited = [...readConfiguration().matchAll(/location \^~ (\S+) \{\n\s+limit_req zone=(\w+)/g)];
  expect(limited.length).toBeGreaterThan(2);
  for (const [, path = '', zone] of limited)
    expect([path, new RegExp(pattern).test(path)]).toEqual([path, zone === 'badges']);
  expect('/alice').not.toMatch(new RegExp(pattern));
});
