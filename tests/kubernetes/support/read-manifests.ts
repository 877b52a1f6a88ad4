import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { IJob } from 'kubernetes-models/batch/v1';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { INamespace, IService } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';

/** A manifest of any kind in the base. */
export type Manifest =
  IDeployment | IHorizontalPodAutoscaler | IIngress | IJob | INamespace | IPodDisruptionBudget | IService;

/** The fields of a `kustomization.yaml` that the tests read. */
export interface Kustomization {
  readonly namespace: string;
  readonly resources: string[];
  readonly images?: { name: string; newName: string; newTag: string }[];
  readonly configMapGenerator: { name: string; behavior?: string; literals: string[] }[];
}

const folder = join(__dirname, '../../../kubernetes');

/** Reads `kubernetes/<part>/kustomization.yaml`. */
export function readKustomization(part: 'base' | 'example'): Kustomization {
  return parse(readFileSync(join(folder, part, 'kustomization.yaml'), 'utf8')) as Kustomization;
}

/** Lists the files of the base without `kustomization.yaml`. */
export function listFiles(): string[] {
  return readdirSync(join(folder, 'base')).filter((file) => file !== 'kustomization.yaml');
}

/** Reads every manifest of the base. */
export function readManifests(): Manifest[] {
  return listFiles().flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, 'base', file), 'utf8')).map(
      (document) => document.toJS() as Manifest,
    ),
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
