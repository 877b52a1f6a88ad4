import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import ts from 'typescript';
import type { BuiltInManifest, Manifest } from './read-manifests';

type Schemas = Record<string, new (manifest: unknown) => { validate(): void }>;

// Kubernetes' schemas are not quite JSON Schema, and their patterns are those of Go.
const ajv = addFormats(new Ajv({ allErrors: true, strict: false, unicodeRegExp: false }));

// Of Gateway API and Envoy Gateway; tests/kubernetes/schemas/README.md names the sources.
const vendored = (kind: string): string => join(__dirname, '../schemas', `${kind}.json`);

function isBuiltIn(manifest: Manifest): manifest is BuiltInManifest {
  return !existsSync(vendored(manifest.kind));
}

/** Lists the errors that the published schemas find in a manifest. */
export async function listSchemaFaults(manifest: Manifest): Promise<string[]> {
  if (!isBuiltIn(manifest)) {
    const schema = JSON.parse(readFileSync(vendored(manifest.kind), 'utf8')) as object;
    ajv.validate(schema, manifest);
    return (ajv.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${manifest.kind} ${manifest.metadata?.name ?? ''}: ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
  const schemas = (await import(`kubernetes-models/${manifest.apiVersion}`)) as Schemas;
  const Schema = schemas[manifest.kind];
  if (!Schema) return [`${manifest.apiVersion} has no ${manifest.kind}`];
  try {
    new Schema(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata?.name ?? ''}: ${(error as Error).message}`];
  }
}

/**
 * Lists the fields that Kubernetes does not know. Its schemas accept them, and a cluster drops them
 * with a warning. The types generated from those schemas reject them, so the manifests are compiled
 * as literals of these types. The vendored schemas reject unknown fields themselves.
 */
export function listUnknownFields(manifests: readonly Manifest[]): string[] {
  const source = manifests
    .filter(isBuiltIn)
    .map((manifest, index) => {
      const type = `import('kubernetes-models/${manifest.apiVersion}').I${manifest.kind}`;
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};`;
    })
    .join('\n');
  const program = createProgram(join(__dirname, 'manifests-as-literals.ts'), source);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function createProgram(name: string, source: string): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2023.d.ts'],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.Node20,
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  host.fileExists = (file) => file === name || onDisk.fileExists(file);
  host.readFile = (file) => (file === name ? source : onDisk.readFile(file));
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(file, source, rest[0]) : onDisk.getSourceFile(file, ...rest);
  return ts.createProgram([name], options, host);
}
