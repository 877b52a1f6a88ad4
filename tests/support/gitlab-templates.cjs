// CommonJS, because both Jest and the ES modules of the system tests load it. gitlab-templates.d.cts documents it.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const job = (name, rules) => ({ [name]: { stage: 'test', script: ['scan'], rules } });
const templates = {
  'Jobs/Secret-Detection': job('secret_detection', [{ if: '$CI_COMMIT_BRANCH' }]),
  'Jobs/Dependency-Scanning': job('gemnasium-dependency_scanning', [
    { if: '$CI_COMMIT_BRANCH && $GITLAB_FEATURES =~ /\\bdependency_scanning\\b/' },
  ]),
  'Jobs/Container-Scanning': job('container_scanning', [{ if: '$CI_COMMIT_BRANCH' }]),
};
const source = 'gitlab.com/gitlab-org/gitlab/-/raw/HEAD/lib/gitlab/ci/templates';

exports.writeGitlabTemplates = function writeGitlabTemplates(stateFolder) {
  for (const [name, content] of Object.entries(templates)) {
    const path = join(stateFolder, 'includes', source, `${name}.gitlab-ci.yml`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
  }
};
