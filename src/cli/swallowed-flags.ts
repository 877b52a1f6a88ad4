import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';

type Environment = Readonly<Record<string, string | undefined>>;

// npm expands an abbreviated option to its own one that begins like it.
const expansions: Readonly<Record<string, string>> = { to: 'token_description' };

// Options that are meant for npm even after the name of the script.
const npmsOwn =
  /^--?(loglevel|silent|s|quiet|q|verbose|d|dd|ddd|prefix|C|if-present|ignore-scripts|foreground-scripts|script-shell|workspaces?|w|ws|include-workspace-root|iwr|no-color|color)$/;

/**
 * Finds options that npm kept for itself: of `npm run migrate down --to 0` the script sees `down` alone. npm's log has
 * the whole command line. Without the log, the environment has every option except those deprecated in npm: `--only`.
 * @param words the arguments after `migrate`.
 * @returns one line with the correct command; undefined if npm kept nothing.
 */
export function explainSwallowedFlags(
  environment: Environment,
  words: readonly string[],
  program: Command,
): string | undefined {
  const script = environment['npm_lifecycle_event'];
  if (script !== 'migrate' && script !== 'start') return undefined;
  const given = readNpmCommandLine(process.ppid, script);
  const swallowed = given
    ? findUnknown(given)
    : script === 'migrate'
      ? findExported(environment, program)
      : [];
  if (swallowed.length === 0) return undefined;
  if (script === 'start') {
    return `nothing was done, since npm kept ${swallowed.join(' ')} for itself; write settings as "PORT=9000 npm start", see "npx footfall settings"`;
  }
  const meant = given ? given.filter(isMeantForUs) : [...words.slice(0, 1), ...swallowed];
  const command = `migrate -- ${meant.join(' ')}`;
  return `nothing was done, since npm kept ${swallowed.join(' ')} for itself; write "npm run ${command}" or "npx footfall ${command.replace('-- ', '')}"`;
}

/** Returns the words after the script's name; undefined if npm, the parent process, has no log that can be read. */
function readNpmCommandLine(npm: number, name: string): string[] | undefined {
  try {
    const folder = `/proc/${npm}/fd`;
    const files = readdirSync(folder).map((descriptor) => readlinkSync(join(folder, descriptor)));
    const log = files.find((file) => /[/]_logs[/].*-debug-\d+\.log$/.test(file));
    const line = /^\d+ verbose argv (.*)$/m.exec(readFileSync(log ?? '', 'utf8'))?.[1] ?? '';
    const words = Array.from(line.matchAll(/"(?:[^"\\]|\\.)*"/g), ([word]) => JSON.parse(word) as string);
    const script = words.indexOf(name);
    return script === -1 ? undefined : words.slice(script + 1);
  } catch {
    return undefined;
  }
}

// npm logs `--silent` as "--loglevel" "silent".
function isMeantForUs(word: string, index: number, given: readonly string[]): boolean {
  return word !== '--' && word !== '--loglevel' && given[index - 1] !== '--loglevel';
}

function findUnknown(given: readonly string[]): string[] {
  const end = given.indexOf('--');
  return (end === -1 ? given : given.slice(0, end)).filter(
    (word) => /^-+\w/.test(word) && !npmsOwn.test(word.replace(/=.*$/, '')),
  );
}

function findExported(environment: Environment, program: Command): string[] {
  const commands = program.commands.find((command) => command.name() === 'migrate')?.commands ?? [];
  const flags = new Map(
    commands.flatMap(({ options }) => options.map((option) => [option.name(), option.flags])),
  );
  return [...flags].flatMap(([name, text]) => {
    const keys = [name, expansions[name]].map((key) => `npm_config_${key?.replaceAll('-', '_') ?? ''}`);
    return keys.some((key) => environment[key] !== undefined) ? [text] : [];
  });
}
