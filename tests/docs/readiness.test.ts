import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readinessFaults } from '../../src/shared/readiness-faults';

it('documents each code of readiness with cause and cure', () => {
  const page = readFileSync(join(__dirname, '../../docs/monitoring/README.md'), 'utf8');
  const [, block = ''] = /<!-- readiness: .*?-->(.*?)<!-- \/readiness -->/s.exec(page) ?? [];
  const rows = [...block.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual(Object.entries(readinessFaults).map(([code, { cause, cure }]) => [code, cause, cure]));
});
