import { createRequire } from 'node:module';
import { join } from 'node:path';

interface ProcessFile {
  readonly apps: readonly [
    { readonly cwd: string; readonly script: string; readonly node_args: readonly string[] },
  ];
}

// The path is relative to dist/bench/contenders.
const load = createRequire(__filename);
const [app] = (load('../../../docker/ecosystem.config.cjs') as ProcessFile).apps;

/** The service as PM2 runs it: its program, and the options of Node as a setting. */
export const shippedService = {
  script: join(app.cwd, app.script),
  settings: { NODE_OPTIONS: app.node_args.join(' ') },
} as const;
