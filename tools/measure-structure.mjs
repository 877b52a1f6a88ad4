// Prints figures about the structure of the code and the documents:
//   node tools/measure-structure.mjs [folder of a checkout]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));

const sources = listFiles('src', /(?<!\.d)\.tsx?$/).map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, lines: countLines(text), tree };
});
const importers = countImporters();
const longest = sources.flatMap(listFunctions).reduce((a, b) => (b.lines > a.lines ? b : a));
const documents = [...listFiles('.', /^README\.md$/, false), ...listFiles('docs', /\.md$/)];

// A reader such as `head` may close the pipe early.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? 0 : 1));
print('files in src', sources.length);
print('  with one importer in src', toShare([...importers.values()].filter((count) => count === 1).length));
print('  of 20 lines or fewer', sources.filter(({ lines }) => lines <= 20).length);
print('  of more than 150 lines', describe(sources.filter(({ lines }) => lines > 150)));
print('longest function in src', `${longest.lines} lines, ${longest.name} in ${longest.path}`);
print('files in src/db', sources.filter(({ path }) => path.startsWith('src/db/')).length);
print('files on the path of a visit', describePath());
print('Ansible roles', listFolders('ansible/roles').length);
print(
  'words in README.md and docs',
  documents.map(countWords).reduce((a, b) => a + b, 0),
);

function print(name, value) {
  const shown = typeof value === 'number' ? value.toLocaleString('en') : value;
  process.stdout.write(`${name.padEnd(32)}${shown}\n`);
}

function listFiles(folder, pattern, recursive = true) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function listFolders(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
}

function countLines(text) {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function countWords(path) {
  return readFileSync(join(root, path), 'utf8').split(/\s+/).filter(Boolean).length;
}

// Imports of types and re-exports count, imports by tests and bench do not.
function countImporters() {
  const known = new Set(sources.map(({ path }) => path));
  const found = new Map(sources.map(({ path }) => [path, new Set()]));
  for (const { path, tree } of sources) {
    for (const specifier of listSpecifiers(tree)) {
      const target = join(dirname(path), specifier);
      const file = ['.ts', '.tsx', '/index.ts'].map((end) => target + end).find((name) => known.has(name));
      if (file) found.get(file).add(path);
    }
  }
  return new Map([...found].map(([path, files]) => [path, files.size]));
}

function listSpecifiers(tree) {
  return ts
    .preProcessFile(tree.text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => specifier.startsWith('.'));
}

// A function that contains others, such as `createX`, counts with all of its lines.
function listFunctions({ path, tree }) {
  const functions = [];
  const lineOf = (position) => tree.getLineAndCharacterOfPosition(position).line;
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) {
      const lines = lineOf(node.end) - lineOf(node.getStart(tree)) + 1;
      functions.push({ path, lines, name: (node.name ?? node.parent.name)?.getText(tree) ?? 'a callback' });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return functions;
}

function toShare(count) {
  return `${count} (${Math.round((count / sources.length) * 100)} %)`;
}

function describe(files) {
  return [files.length, ...files.map(({ path, lines }) => `${path} (${lines})`)].join(' ');
}

// Dependencies are injected, so imports do not show this path: docs/architecture.md declares it.
function describePath() {
  const file = join(root, 'docs/architecture.md');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const section = /^## The path of a visit\n([^]*?)(?=^## |$(?![^]))/m.exec(text)?.[1] ?? '';
  const paths = [...section.matchAll(/^\|[^|\n]*\| *`([^`]+)`/gm)].map(([, path]) => path);
  const missing = paths.filter((path) => !existsSync(join(root, path)));
  if (paths.length === 0) return 'not declared in docs/architecture.md';
  return missing.length === 0 ? paths.length : `${paths.length}, of which missing: ${missing.join(' ')}`;
}
