import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadApi, root } from './load-product.mjs';

/** Describes the operations of the OpenAPI document, and the problem codes of the service. */
export function describeHttp() {
  const { paths, components } = loadApi();
  const resolve = ({ $ref, ...schema }) =>
    $ref === undefined ? schema : components.schemas[$ref.split('/').at(-1)];
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [
      `${method.toUpperCase()} ${path}`,
      {
        parameters: Object.fromEntries(operation.parameters.map((parameter) => describeParameter(parameter))),
        answers: describeAnswers(operation.responses, resolve),
      },
    ]),
  );
  return {
    operations: Object.fromEntries(operations),
    codes: listCodes(),
    readiness: toKeys(load('shared/readiness-faults').readinessCodes),
    problem: flatten(components.schemas.Problem, resolve),
  };
}

function describeParameter({ name, in: place, required, schema }) {
  const { minimum, maximum, default: value } = schema;
  return [
    `${place} ${name}`,
    {
      type: nameType(schema),
      ...(required && place !== 'path' ? { required } : {}),
      ...(schema.enum ? { choices: toKeys(schema.enum) } : {}),
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
      ...(value === undefined ? {} : { default: value }),
    },
  ];
}

// Only JSON has fields that a program relies on; pages and pictures are for people.
function describeAnswers(responses, resolve) {
  const answers = Object.entries(responses).flatMap(([status, { content = {} }]) => {
    const types = Object.entries(content);
    if (types.length === 0) return [[status, {}]];
    return types.map(([type, { schema }]) => [
      `${status} ${type}`,
      type === 'application/json' ? flatten(schema, resolve) : {},
    ]);
  });
  return Object.fromEntries(answers);
}

/** Lists the fields of a JSON schema with their types: `{ "results[].id": "integer" }`. */
function flatten(schema, resolve, path = '') {
  const { anyOf = [], ...rest } = resolve(schema);
  const own = path === '' ? {} : { [path]: nameType({ ...rest, ...(anyOf.length > 0 ? { anyOf } : {}) }) };
  return Object.assign(own, ...[rest, ...anyOf.map(resolve)].map((part) => flattenParts(part, resolve, path)));
}

function flattenParts({ items, properties = {} }, resolve, path) {
  const parts = Object.entries(properties).map(([name, value]) => [path ? `${path}.${name}` : name, value]);
  if (items) parts.push([`${path}[]`, items]);
  return Object.assign({}, ...parts.map(([name, value]) => flatten(value, resolve, name)));
}

function nameType({ type, anyOf, enum: values, const: value }) {
  if (anyOf) return [...new Set(anyOf.map(nameType))].sort().join(' or ');
  if (Array.isArray(type)) return type.join(' or ');
  return type ?? typeof (value ?? values?.[0] ?? 'any');
}

// A problem is written as `{ status: 404, code: 'not-found', … }`; src/http/problem.ts gives each domain error its status.
function listCodes() {
  const folder = join(root, 'src/http');
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.tsx?$/.test(file));
  const sources = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const own = sources.flatMap((text) => [...text.matchAll(/status: (\d{3}),\s*code: '([a-z-]+)'/g)]);
  const [, domain] = /const domainStatus.*?\{([^}]+)\}/s.exec(readFileSync(join(folder, 'problem.ts'), 'utf8'));
  const mapped = [...domain.matchAll(/'?([a-z-]+)'?: (\d{3})/g)].map(([all, code, status]) => [all, status, code]);
  return toKeys([...own, ...mapped].map(([, status, code]) => `${status} ${code}`));
}

function toKeys(words) {
  return Object.fromEntries(words.map((word) => [word, {}]));
}
