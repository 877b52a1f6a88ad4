/**
 * Deploys to real hosts with the playbooks, under a load that records every answered visit: `npm run test:deploy`.
 * `npm run test:deploy -- --test-name-pattern='^backup$'` runs one group, after the steps that it needs.
 */
import { after, before, describe, test } from 'node:test';
import { findEngine } from '../support/engine.mjs';
import { createSharedResources } from '../support/shared-resources.mjs';
import { describeBackup } from './describe-backup.mjs';
import { describeFailures } from './describe-failures.mjs';
import { describeHosts } from './describe-hosts.mjs';
import { describeLint } from './describe-lint.mjs';
import { describeNodes } from './describe-nodes.mjs';
import { describeReleases } from './describe-releases.mjs';
import { describeSecrets } from './describe-secrets.mjs';
import { describeSettings } from './describe-settings.mjs';
import { ensureAnsible } from './support/ansible.mjs';
import { startController } from './support/controller.mjs';
import { createDeployment } from './support/create-deployment.mjs';
import { createReleaseSteps } from './support/release-steps.mjs';

const hasEngine = await findEngine();
const skipLint = !hasEngine && 'there is no Docker engine';
const skip =
  skipLint || (!process.env.FOOTFALL_LAB && 'no hosts; FOOTFALL_LAB names the scripts that start them');
const { share, removeAll } = createSharedResources();
after(removeAll);

const controller = share('the machine with Ansible', startController, ({ stop }) => stop());
const deployment = createDeployment(share, controller);
const steps = createReleaseSteps(share, deployment);
const { runningV1 } = steps;

// The playbooks are linted while the hosts start.
describe('all tests', { concurrency: true }, () => {
  // Before both, because what starts the hosts installs packages too, and only one can at a time.
  if (!skipLint) before(ensureAnsible);
  describe('hosts', { skip, concurrency: false }, () => {
    describe('preparation', { concurrency: true }, () => {
      test('the releases build and are pushed', deployment.pushed);
      test('provision twice: the second run changes nothing', deployment.provisioned);
    });
    describe('releases', () => describeReleases(deployment, steps));
    describe('failures', () => describeFailures(runningV1, share));
    describe('secrets', () => describeSecrets(runningV1, share));
    describe('nodes', () => describeNodes(runningV1));
    describe('backup', () => describeBackup(runningV1, share));
    describe('settings', () => describeSettings(runningV1));
    describe('files on the hosts', () => describeHosts(runningV1));
    describe('removal', () => {
      test('everything that the tests started is removed', removeAll);
    });
  });
  describe('lint', { skip: skipLint, concurrency: false }, () => describeLint(controller));
});
