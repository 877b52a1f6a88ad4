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

it('lists every file of the base, and only existing files', () => {
  expect(readKustomization('base').resources.toSorted()).toEqual(listFiles().toSorted());
});

const withSpec = (change: object): Manifest => {
  const deployment = getManifest('Deployment');
  return { ...deployment, spec: { ...deployment.spec, ...change } } as Manifest;
};

it('has only types and values that Kubernetes accepts, and detects others', async () => {
  const faults = await Promise.all(readManifests().map(listSchemaFaults));
  expect(faults.flat()).toEqual([]);
  expect(await listSchemaFaults(withSpec({ minReadySeconds: 'soon' }))).toEqual([
    expect.stringContaining('/spec/minReadySeconds'),
  ]);
  expect(await listSchemaFaults(withSpec({ selector: undefined }))).toEqual([
    expect.stringContaining('selector'),
  ]);
});

it('has only fields that Kubernetes knows, and detects others', () => {
  // Compiled together, because reading the types takes most of the time.
  const faults = listUnknownFields([...readManifests(), withSpec({ strategie: {} })]);
  expect(faults).toEqual([expect.stringContaining('\'"strategie"\' does not exist')]);
});

it('gives manifests of one kind different names', () => {
  const names = readManifests().map(({ kind, metadata }) => `${kind} ${metadata?.name ?? ''}`);
  expect(new Set(names).size).toBe(names.length);
  expect(getManifest('Namespace').metadata?.name).toBe(readKustomization('base').namespace);
});

it('selects the pods of the service and no others', () => {
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

it('routes every request to a container port, or to a Service without pods', () => {
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

it('mounts every volume, and the same ones in the job and the service', () => {
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

it('shows in the example how an installation sets its image and its database', () => {
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
