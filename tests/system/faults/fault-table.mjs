import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { repository } from '../support/work-tree.mjs';
import { faults } from './faults.mjs';

const path = join(repository, 'docs/reliability.md');
const table = /(?<=<!-- faults: .* -->)[^]*(?=<!-- \/faults -->)/;
const head = [
  'fault',
  'name',
  'rounds',
  'attempted',
  'acknowledged',
  'counted',
  'worst recovery',
  'refused',
  'longest request',
  'seed',
];

/** Renders the rows as a Markdown table. */
export function renderTable(rows) {
  return formatTable(rows.map(renderRow));
}

/** Writes the rows into docs/reliability.md, which keeps its rows of other faults. Returns its path. */
export async function writeTable(rows) {
  const text = await readFile(path, 'utf8');
  const [old] = table.exec(text) ?? [];
  if (old === undefined) throw new Error(`${path} must contain <!-- faults: … --> and <!-- /faults -->`);
  const lines = [...old.trim().split('\n').slice(2), ...rows.map(renderRow)];
  const lineOf = new Map(lines.map((line) => [readName(line), line]));
  const names = faults.map(({ name }) => name).filter((name) => lineOf.has(name));
  const rendered = await formatTable(names.map((name) => lineOf.get(name)));
  await writeFile(
    path,
    text.replace(table, () => `\n\n${rendered}\n`),
  );
  return path;
}

function renderRow({ fault, rounds, requested, answered, counted, recovery, refused, longestMs, seed }) {
  const numbers = [requested, answered, counted].map((number) => number.toLocaleString('en'));
  const toSeconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  const recovered = fault.isHarmless ? '–' : toSeconds(recovery);
  const longest = toSeconds(longestMs);
  const name = `\`${fault.name}\``;
  const cells = [
    fault.title,
    name,
    rounds,
    ...numbers,
    recovered,
    refused.toLocaleString('en'),
    longest,
    seed,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function formatTable(lines) {
  const alignments = head.map((_, index) => (index < 2 ? '---' : '---:'));
  const text = [`| ${head.join(' | ')} |`, `| ${alignments.join(' | ')} |`, ...lines].join('\n');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

// The name of a fault stays when its title changes.
function readName(line) {
  return /\| `([\w-]+)` +\|/.exec(line)?.[1] ?? line;
}
