import { listSchemaFaults, listUnknownFields } from './support/list-faults';
import {
  examples,
  getManifest,
  listFiles,
  listOfKind,
  parts,
  readBuilt,
  readKustomization,
  readManifests,
  type Manifest,
} from './support/read-manifests';

const template = getManifest('Deployment').spec?.template;
const web = { 'app.kubernetes.io/name': 'footfall', 'app.kubernetes.io/component': 'web' };

const everyManifest = [...readManifests(), ...examples.flatMap(readBuilt)];

it.each(parts)('lists every file of %s, and only existing files', (part) => {
  // A class of gateways belongs to the cluster.
  const files = listFiles(part).filter((file) => file !== 'gateway-class.yaml');
  expect(readKustomization(part).resources.toSorted()).toEqual(files.toSorted());
});

const withSpec = (change: object): Manifest => {
  const deployment = getManifest('Deployment');
  return { ...deployment, spec: { ...deployment.spec, ...change } } as Manifest;
};

it('has only types and values that Kubernetes accepts, and detects others', async () => {
  const faults = await Promise.all(everyManifest.map(listSchemaFaults));
  expect(faults.flat()).toEqual([]);
  expect(await listSchemaFaults(withSpec({ minReadySeconds: 'soon' }))).toEqual([
    expect.stringContaining('/spec/minReadySeconds'),
  ]);
  expect(await listSchemaFaults(withSpec({ selector: undefined }))).toEqual([
    expect.stringContaining('selector'),
  ]);
});

it('has only fields and values that Gateway API and Envoy Gateway accept, and detects others', async () => {
  const withPath = (path: object): Manifest => {
    const policy = getManifest('ClientTrafficPolicy');
    return { ...policy, spec: { ...policy.spec, path } };
  };
  expect(await listSchemaFaults(withPath({ escapedSlashesAction: 'Keep' }))).toEqual([
    expect.stringContaining('/spec/path/escapedSlashesAction'),
  ]);
  expect(await listSchemaFaults(withPath({ disableMergingSlashes: true }))).toEqual([
    expect.stringContaining('disableMergingSlashes'),
  ]);
});

it('has only fields that Kubernetes knows, and detects others', () => {
  // Compiled together, because reading the types takes most of the time.
  const faults = listUnknownFields([...everyManifest, withSpec({ strategie: {} })]);
  expect(faults).toEqual([expect.stringContaining('\'"strategie"\' does not exist')]);
});

it.each(examples)('gives manifests of one kind in %s different names', (example) => {
  const names = readBuilt(example).map(({ kind, metadata }) => `${kind} ${metadata?.name ?? ''}`);
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
