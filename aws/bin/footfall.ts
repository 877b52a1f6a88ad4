import { App } from 'aws-cdk-lib';
import { createFootfallStack } from '../lib/create-footfall-stack.js';
import { readSettings, type Settings } from '../lib/read-settings.js';

const app = new App();

function loadSettings(): Settings {
  try {
    return readSettings((name) => app.node.tryGetContext(name) as unknown);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee aws/README.md.\n`);
    return process.exit(1);
  }
}

createFootfallStack(app, loadSettings());
