import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonNames } from '../../src/http/routes/visits/reserved-names';

it('lists the commonly requested names in docs/http.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/http.md'), 'utf8');
  const [, list = ''] = /`common` has the names[\s\S]*?```text\n([\s\S]*?)```/.exec(page) ?? [];
  expect(list.trim().split(/\s+/)).toEqual(commonNames);
});
