import {
  examples,
  readBuilt,
  readKustomization,
  readManifests,
  type Example,
  type Manifest,
  type Part,
} from './support/read-manifests';

const images = Object.fromEntries(
  examples.map((example) => {
    const [image] = readKustomization(example).images ?? [];
    return [example, `${image?.newName}@${image?.digest}`];
  }),
);
const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata?.name ?? ''}`;
const findBuilt = (example: Example, name: string): Manifest | undefined =>
  readBuilt(example).find((manifest) => nameOf(manifest) === name);

/** The name of the ConfigMap, which ends with a hash of its content. */
const settingsName = (example: Example): string =>
  readBuilt(example)
    .map(({ metadata }) => metadata?.name ?? '')
    .find((name) => name.startsWith('settings-')) ?? '';

/** Does by hand what the example asks of kustomize. */
function applyExample(example: Example, manifest: Manifest): unknown {
  const text = JSON.stringify(manifest)
    .replaceAll('"image":"footfall/app"', `"image":"${images[example]}"`)
    .replaceAll('"configMapRef":{"name":"settings"}', `"configMapRef":{"name":"${settingsName(example)}"}`)
    .replaceAll('count.example.org', 'hits.example.com');
  const changed = JSON.parse(text) as Manifest;
  if (changed.kind === 'Namespace') return changed;
  return { ...changed, metadata: { ...changed.metadata, namespace: 'footfall' } };
}

const partsOf = (example: Example): Part[] => [
  'base',
  ...(readKustomization(example).components ?? []).map((path) => path.replace('../', '') as Part),
];

it.each(examples)('builds %s from the current manifests, and from nothing else', (example) => {
  expect(readKustomization(example).resources).toEqual(['../base']);
  // What belongs to the cluster is applied by itself.
  const sources = readManifests(partsOf(example)).filter(({ kind }) => kind !== 'GatewayClass');
  for (const source of sources) {
    const built = findBuilt(example, nameOf(source));
    if (source.kind === 'Gateway') expect(built).toMatchObject(applyExample(example, source) as object);
    else expect(built).toEqual(applyExample(example, source));
  }
  const names = [...sources.map(nameOf), `ConfigMap ${settingsName(example)}`];
  expect(readBuilt(example).map(nameOf).toSorted()).toEqual(names.toSorted());
});

it.each(examples)(
  'builds %s with the settings of the base, its database, and its image by digest',
  (example) => {
    const merged = [readKustomization('base'), readKustomization(example)].flatMap(({ configMapGenerator }) =>
      configMapGenerator.flatMap(({ literals }) => literals),
    );
    const settings = findBuilt(example, `ConfigMap ${settingsName(example)}`) as unknown as { data: object };
    const pairs = merged.map((literal) => literal.split(/=(.*)/s).slice(0, 2) as [string, string]);
    expect(settings.data).toEqual(Object.fromEntries(pairs));
    expect(readKustomization(example).configMapGenerator.map(({ behavior }) => behavior)).toEqual(['merge']);
    expect(images[example]).toMatch(/^registry\.example\.org\/footfall\/app@sha256:[0-9a-f]{64}$/);
  },
);

it('connects the gateway to the proxy without an access log', () => {
  const gateway = findBuilt('example', 'Gateway web') as { spec: { infrastructure?: object } };
  const proxy = findBuilt('example', 'EnvoyProxy web');
  expect(gateway.spec.infrastructure).toEqual({
    parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: 'web' },
  });
  expect(proxy).toMatchObject({ spec: { telemetry: { accessLog: { disable: true } } } });
});
