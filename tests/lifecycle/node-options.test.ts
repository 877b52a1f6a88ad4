import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(__filename);
const repository = join(__dirname, '../..');

it('starts with the same Node options from npm, the program and PM2', () => {
  const { scripts } = load(join(repository, 'package.json')) as { scripts: { start: string } };
  const { apps } = load(join(repository, 'docker/ecosystem.config.cjs')) as {
    apps: [{ node_args: string[] }];
  };
  const command = `node ${apps[0].node_args.join(' ')}`;
  expect(scripts.start).toContain(`exec ${command} dist/src/cli/footfall.js serve`);
  const program = readFileSync(join(repository, 'src/cli/footfall.ts'), 'utf8');
  expect(program.split('\n')[0]).toBe(`#!/usr/bin/env -S ${command}`);
});
