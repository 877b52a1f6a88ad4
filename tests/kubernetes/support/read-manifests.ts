import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { IJob } from 'kubernetes-models/batch/v1';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { INamespace, IService } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import type { EntryManifest } from './entry-manifests';

/** A manifest of a kind that Kubernetes itself has. */
export type BuiltInManifest =
  IDeployment | IHorizontalPodAutoscaler | IIngress | IJob | INamespace | IPodDisruptionBudget | IService;

/** A manifest of any kind. */
export type Manifest = BuiltInManifest | EntryManifest;

/** The fields of a `kustomization.yaml` that the tests read. */
export interface Kustomization {
  readonly kind: 'Component' | 'Kustomization';
  readonly namespace: string;
  readonly resources: string[];
  readonly components?: string[];
  readonly images?: { name: string; newName: string; digest: string }[];
  readonly configMapGenerator: { name: string; behavior?: string; literals: string[] }[];
}

const folder = join(__dirname, '../../../kubernetes');

/** The base and the components. */
export const parts = ['base', 'ingress', 'gateway', 'envoy-gateway'] as const;
export type Part = (typeof parts)[number];

/** The folders that show what an installation adds. */
export const examples = ['example', 'example-ingress'] as const;
export type Example = (typeof examples)[number];

/** Reads what `kubectl kustomize` made of an example. `npm run test:images` compares it with the real program. */
export function readBuilt(example: Example): Manifest[] {
  return parseManifests(readFileSync(join(__dirname, '../built', `${example}.yaml`), 'utf8'));
}

/** Reads `kubernetes/<part>/kustomization.yaml`. */
export function readKustomization(part: Part | Example): Kustomization {
  return parse(readFileSync(join(folder, part, 'kustomization.yaml'), 'utf8')) as Kustomization;
}

/** Lists the files of a part without `kustomization.yaml`. */
export function listFiles(part: Part): string[] {
  return readdirSync(join(folder, part)).filter((file) => file !== 'kustomization.yaml');
}

/** Reads the manifests of a text with one document per manifest. */
function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** Reads every manifest of these parts. */
export function readManifests(of: readonly Part[] = parts): Manifest[] {
  return of.flatMap((part) =>
    listFiles(part).flatMap((file) => parseManifests(readFileSync(join(folder, part, file), 'utf8'))),
  );
}

/** Lists the manifests of one kind. */
export function listOfKind<K extends Manifest['kind']>(kind: K): Extract<Manifest, { kind: K }>[] {
  const isOfKind = (manifest: Manifest): manifest is Extract<Manifest, { kind: K }> => manifest.kind === kind;
  return readManifests().filter(isOfKind);
}

/** Returns the only manifest of a kind, or the one with this name. */
export function getManifest<K extends Manifest['kind']>(
  kind: K,
  name?: string,
): Extract<Manifest, { kind: K }> {
  const found = listOfKind(kind).filter(({ metadata }) => name === undefined || metadata?.name === name);
  const [manifest] = found;
  if (found.length !== 1 || !manifest) throw new Error(`${found.length} × ${kind} ${name ?? ''}`);
  return manifest;
}

/** Reads the settings that the ConfigMap of the base puts into the environment. */
export function readSettings(): Record<string, string> {
  const { literals = [] } =
    readKustomization('base').configMapGenerator.find(({ name }) => name === 'settings') ?? {};
  return Object.fromEntries(
    literals.map((literal) => [
      literal.slice(0, literal.indexOf('=')),
      literal.slice(literal.indexOf('=') + 1),
    ]),
  );
}
