import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createFootfallStack } from '../lib/create-footfall-stack.js';
import { readSettings } from '../lib/read-settings.js';

/** The two values that have no default. */
export const values = {
  sshFrom: '203.0.113.7/32',
  sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVzZWQgYnkgdGVzdHMgb25seSwgbm90IGEga2V5 you@example.org',
};

export function synthesize(changes: Record<string, string> = {}): Template {
  const context = { ...values, ...changes };
  const app = new App({ context });
  return Template.fromStack(
    createFootfallStack(
      app,
      readSettings((name) => app.node.tryGetContext(name) as unknown),
    ),
  );
}
