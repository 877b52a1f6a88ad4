import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listSchemaFaults, listUnknownFields } from './support/list-faults';
import {
  getManifest,
  listFiles,
  listOfKind,
  readKustomization,
  readManifests,
  type Manifest,
} from './support/read-manifests';

const template = getManifest('Deployment').spec?.template;
const web = { 'app.kubernetes.io/name': 'footfall', 'app.kubernetes.io/component': 'web' };

it('lists every file of the base, and only files that are there', () => {
  expect(readKustomization('base').resources.toSorted()).toEqual(listFiles().toSorted());
});

const spoil = (change: object): Manifest => {
  const deployment = getManifest('Deployment');
  return { ...deployment, spec: { ...deployment.spec, ...change } } as Manifest;
};

it('holds the types and values that Kubernetes takes, and would notice others', async () => {
  const faults = await Promise.all(readManifests().map(listSchemaFaults));
  expect(faults.flat()).toEqual([]);
  expect(await listSchemaFaults(spoil({ minReadySeconds: 'soon' }))).toEqual([
    expect.stringContaining('/spec/minReadySeconds'),
  ]);
  expect(await listSchemaFaults(spoil({ selector: undefined }))).toEqual([
    expect.stringContaining('selector'),
  ]);
});

it('holds no field that Kubernetes does not know, and would notice one', () => {
  // Compiled together, since most of the time goes into reading the types.
  const faults = listUnknownFields([...readManifests(), spoil({ strategie: {} })]);
  expect(faults).toEqual([expect.stringContaining('\'"strategie"\' does not exist')]);
});

it('gives each manifest of a kind a name of its own', () => {
  const names = readManifests().map(({ kind, metadata }) => `${kind} ${metadata?.name ?? ''}`);
  expect(new Set(names).size).toBe(names.length);
  expect(getManifest('Namespace').metadata?.name).toBe(readKustomization('base').namespace);
});

it('selects the pods of the service, and nothing else', () => {
  expect(template?.metadata?.labels).toEqual(web);
  expect(getManifest('Deployment').spec?.selector.matchLabels).toEqual(web);
  expect(getManifest('Service', 'web').spec?.selector).toEqual(web);
  expect(getManifest('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(web);
  expect(template?.spec?.topologySpreadConstraints?.[0]?.labelSelector?.matchLabels).toEqual(web);
  expect(getManifest('Job').spec?.template.metadata?.labels).not.toEqual(web);
  expect(getManifest('HorizontalPodAutoscaler').spec?.scaleTargetRef).toMatchObject({
    apiVersion: getManifest('Deployment').apiVersion,
    kind: 'Deployment',
    name: getManifest('Deployment').metadata?.name,
  });
});

it('leads every request to a port that a container has, or to a Service without pods', () => {
  const ports = template?.spec?.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
  for (const { spec } of listOfKind('Service')) {
    for (const port of spec?.ports ?? []) if (spec?.selector) expect(ports).toContain(port.targetPort);
  }
  const offered = listOfKind('Service').flatMap(({ metadata, spec }) =>
    (spec?.ports ?? []).map(({ name }) => `${metadata?.name ?? ''}:${name ?? ''}`),
  );
  const asked = listOfKind('Ingress')
    .flatMap(({ spec }) => spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .map(({ backend: { service } }) => `${service?.name ?? ''}:${service?.port?.name ?? ''}`);
  expect(asked.length).toBeGreaterThan(3);
  expect(offered).toEqual(expect.arrayContaining(asked));
  expect(getManifest('Service', 'nowhere').spec?.selector).toBeUndefined();
});

it('mounts every volume that it names, in the job as in the service', () => {
  const pods = [template?.spec, getManifest('Job').spec?.template.spec];
  for (const pod of pods) {
    const mounted = pod?.containers[0]?.volumeMounts?.map(({ name }) => name);
    expect(pod?.volumes?.map(({ name }) => name)).toEqual(mounted);
  }
  expect(pods[1]?.volumes).toEqual(pods[0]?.volumes);
  expect(pods[1]?.containers[0]?.volumeMounts).toEqual(pods[0]?.containers[0]?.volumeMounts);
  expect(pods[1]?.containers[0]?.envFrom).toEqual(pods[0]?.containers[0]?.envFrom);
  expect(pods[1]?.securityContext).toEqual(pods[0]?.securityContext);
});

it('shows in the example how an installation names its image and its database', () => {
  const example = readKustomization('example');
  expect(example.resources).toEqual(['../base']);
  expect(existsSync(join(__dirname, '../../kubernetes/example', example.resources[0]!))).toBe(true);
  const images = [template?.spec, getManifest('Job').spec?.template.spec].map(
    (pod) => pod?.containers[0]?.image,
  );
  expect(images).toEqual(example.images?.flatMap(({ name }) => [name, name]));
  for (const { name, behavior } of example.configMapGenerator) {
    expect(behavior).toBe('merge');
    expect(readKustomization('base').configMapGenerator.map((map) => map.name)).toContain(name);
  }
});
