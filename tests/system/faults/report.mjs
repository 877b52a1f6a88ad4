import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { faults } from './faults.mjs';
import { repository } from '../support/work-tree.mjs';

const path = join(repository, 'docs/reliability.md');
const marks = ['<!-- faults: npm run test:faults -- --write -->', '<!-- /faults -->'];
const head = [
  'fault',
  'rounds',
  'attempted',
  'acknowledged',
  'counted',
  'worst recovery',
  'refused',
  'longest request',
  'seed',
  'repeat',
];

/** Renders the rows as a Markdown table. */
export function renderTable(rows) {
  return toTable(rows.map(renderRow));
}

/** Puts the rows into docs/reliability.md; rows of faults that were not run stay. Returns its path. */
export async function writeTable(rows) {
  const text = await readFile(path, 'utf8');
  const [start, end] = [text.indexOf(marks[0]) + marks[0].length, text.indexOf(marks[1])];
  if (end < start) throw new Error(`${path} has lost its marks; put back ${marks.join(' and ')}`);
  const kept = new Map(
    text
      .slice(start, end)
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => [toKey(line), line]),
  );
  for (const row of rows.map(renderRow)) kept.set(toKey(row), row);
  const names = faults.map(({ name }) => name).filter((name) => kept.has(name));
  const table = await toTable(names.map((name) => kept.get(name)));
  await writeFile(path, `${text.slice(0, start)}\n\n${table}\n${text.slice(end)}`);
  return path;
}

function renderRow({ fault, rounds, asked, answered, counted, recovery, refused, longest, seed }) {
  const command = `npm run test:faults -- --only ${fault.name} --rounds ${rounds} --seed ${seed}`;
  const numbers = [asked, answered, counted].map((number) => number.toLocaleString('en'));
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  const recovered = fault.isHarmless ? '–' : seconds(recovery);
  const cells = [
    fault.title,
    rounds,
    ...numbers,
    recovered,
    refused.toLocaleString('en'),
    seconds(longest),
    seed,
  ];
  return `| ${cells.join(' | ')} | \`${command}\` |`;
}

function toTable(lines) {
  const first = [
    `| ${head.join(' | ')} |`,
    `| ${head.map((_, index) => (index === 0 || index === 9 ? '---' : '---:')).join(' | ')} |`,
  ];
  return formatMarkdown([...first, ...lines].join('\n'));
}

async function formatMarkdown(text) {
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

// The command names the fault, whatever its title is by now.
function toKey(line) {
  return /--only (\S+)/.exec(line)?.[1] ?? line;
}
