// Writes tests/kubernetes/schemas from clones of the projects that publish them, at a tag:
// node tools/vendor-crd-schemas.mjs ../gateway-api@v1.5.1 ../gateway@v1.9.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const target = join(import.meta.dirname, '../tests/kubernetes/schemas');
const standard = 'config/crd/standard/gateway.networking.k8s.io_';
const envoy = 'charts/gateway-helm/charts/crds/crds/generated/gateway.envoyproxy.io_';
const [gatewayApi, envoyGateway] = process.argv.slice(2).map((word) => word.split('@'));
if (!envoyGateway?.[1]) throw new Error('usage: vendor-crd-schemas.mjs CLONE@TAG CLONE@TAG');

/**
 * Keeps what says which fields and values are valid. `only` keeps one path of an object that is large and hardly used.
 */
function trim(schema, only) {
  if (Array.isArray(schema)) return schema.map((part) => trim(part));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'description' || key.startsWith('x-kubernetes-')) continue;
    kept[key] = key === 'properties' ? trimProperties(value, only) : trim(value);
  }
  // A cluster drops unknown fields with a warning; here they are faults.
  if (kept.properties && !schema['x-kubernetes-preserve-unknown-fields']) kept.additionalProperties = false;
  return kept;
}

function trimProperties(properties, [first, ...rest] = []) {
  const names = Object.keys(properties).filter((name) => first === undefined || name === first);
  return Object.fromEntries(names.map((name) => [name, trim(properties[name], rest)]));
}

function writeSchema([clone, tag], prefix, plural, version, only = []) {
  const file = `${tag}:${prefix}${plural}.yaml`;
  const options = { cwd: clone, encoding: 'utf8', maxBuffer: 1e8 };
  const { spec } = parse(execFileSync('git', ['show', file], options));
  const { openAPIV3Schema } = spec.versions.find(({ name }) => name === version).schema;
  const properties = {
    apiVersion: { const: `${spec.group}/${version}` },
    kind: { const: spec.names.kind },
    metadata: { type: 'object' },
    spec: trim(openAPIV3Schema.properties.spec, only),
  };
  const schema = {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  writeFileSync(join(target, `${spec.names.kind}.json`), `${JSON.stringify(schema)}\n`);
}

mkdirSync(target, { recursive: true });
for (const plural of ['gatewayclasses', 'gateways', 'httproutes']) {
  writeSchema(gatewayApi, standard, plural, 'v1');
}
for (const plural of ['backendtrafficpolicies', 'clienttrafficpolicies']) {
  writeSchema(envoyGateway, envoy, plural, 'v1alpha1');
}
writeSchema(envoyGateway, envoy, 'envoyproxies', 'v1alpha1', ['telemetry', 'accessLog', 'disable']);
