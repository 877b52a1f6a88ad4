import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './read-manifests';

type Schemas = Record<string, new (manifest: unknown) => { validate(): void }>;

/** Lists the errors that Kubernetes' own schemas find in a manifest. */
export async function listSchemaFaults(manifest: Manifest): Promise<string[]> {
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
 * as literals of these types.
 */
export function listUnknownFields(manifests: readonly Manifest[]): string[] {
  const source = manifests
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
