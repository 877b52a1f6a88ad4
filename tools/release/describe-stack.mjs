import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './load-product.mjs';

const stackFiles = [
  'docker-compose.prod.yml',
  'docker-compose.read-key.yml',
  'docker-compose.newrelic.yml',
  'docker/self-host/compose.yaml',
];

/** Describes the variables of each compose file that an operator runs, with their defaults. */
export function describeStacks(version) {
  return Object.fromEntries(stackFiles.map((file) => [file, listVariables(read(file), version)]));
}

// ${NAME:?message} must be set, ${NAME:-default} may be.
function listVariables(text, version) {
  const found = [...text.matchAll(/(?<!\$)\$\{([A-Z][A-Z0-9_]*)(:\?|:-)([^}]*)\}/g)];
  return Object.fromEntries(
    found.map(([, name, kind, value]) => {
      const isRelease = value === version;
      return [name, kind === ':?' ? { required: true } : { default: isRelease ? 'this release' : value }];
    }),
  );
}

/** Describes the variables of the playbooks: the defaults of the roles, except for what a role passes to another. */
export function describePlaybooks() {
  const files = readdirSync(join(root, 'ansible/roles'))
    .map((role) => `ansible/roles/${role}/defaults/main.yml`)
    .filter((file) => existsSync(join(root, file)));
  const variables = files.flatMap((file) => Object.entries(parse(read(file))));
  return Object.fromEntries(
    variables
      .filter(([name]) => !/^(job|release)_/.test(name))
      .map(([name, value]) => [name, isFixed(name, value) ? { default: value } : {}]),
  );
}

// Images of tools are updated in any release; lists and templates may grow.
function isFixed(name, value) {
  return !name.endsWith('_image') && typeof value !== 'object' && !String(value).includes('{{');
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}
