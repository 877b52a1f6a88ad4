import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(__filename);
const repository = join(__dirname, '../..');

it('starts the service with the same options of Node by npm and by PM2', () => {
  const { scripts } = load(join(repository, 'package.json')) as { scripts: { start: string } };
  const { apps } = load(join(repository, 'docker/ecosystem.config.cjs')) as {
    apps: [{ script: string; node_args: string[] }];
  };
  const [{ script, node_args: options }] = apps;
  expect(scripts.start).toContain(`node ${options.join(' ')} ${script}`);
});
