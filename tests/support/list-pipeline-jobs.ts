import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writeGitlabTemplates } from './gitlab-templates.cjs';

const repository = join(__dirname, '../..');

/** A job of a pipeline. */
export interface PipelineJob {
  readonly name: string;
  readonly stage: string;
  readonly when: string;
}

/** Lists the jobs of a pipeline with these variables. */
export function listPipelineJobs(variables: Record<string, string>): PipelineJob[] {
  // Without the variable, the branch of this clone would be taken. A tag has none.
  const all = { CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: '', ...variables };
  const state = mkdtempSync(join(tmpdir(), 'footfall-gitlab-'));
  try {
    writeGitlabTemplates(state);
    const output = execFileSync(
      process.execPath,
      [
        join(repository, 'node_modules/gitlab-ci-local/dist/index.js'),
        '--list-json',
        ...['--state-dir', relative(repository, state)],
        ...Object.entries(all).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
        ...[
          '--ignore-predefined-vars',
          'CI_COMMIT_BRANCH,CI_COMMIT_TAG,CI_DEFAULT_BRANCH,CI_PIPELINE_SOURCE',
        ],
      ],
      { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return (JSON.parse(output.toString()) as PipelineJob[]).filter(({ when }) => when !== 'never');
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}
