/**
 * Puts jobs of the names and stages of GitLab's templates where gitlab-ci-local keeps what it has downloaded, so that it
 * needs no network.
 * @param stateFolder its option `--state-dir`, as an absolute path.
 */
export function writeGitlabTemplates(stateFolder: string): void;
