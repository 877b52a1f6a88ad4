import type { OpenApiDocument, OperationObject } from '../openapi/openapi-document';
import { Document } from './document';
import { Operation, type NamedOperation } from './parts/operation';
import { renderCode } from './parts/render-code';
import { useToPath } from './use-to-path';
import type { WebAssets } from './web-assets';

/** What the page shows. */
export interface DocsPageProps {
  readonly assets: WebAssets;
  readonly api: OpenApiDocument;
}

/** The API document as a page: every operation with its parameters, a form to send it, and its responses. */
export function DocsPage({ assets, api }: DocsPageProps) {
  const toPath = useToPath();
  const document = toPath('/-/openapi.json');
  const operations = Object.entries(api.paths).flatMap(([path, { servers, ...item }]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path: servers ? path : toPath(path),
    })),
  );
  return (
    <Document assets={assets} title="API document" script="api.ts">
      <h1>{api.info.title} API</h1>
      {api.info.description.split('\n\n').map((paragraph) => (
        <p key={paragraph}>{renderCode(paragraph)}</p>
      ))}
      <p>
        Version {api.info.version}. As OpenAPI 3.1: <a href={document}>{document}</a>.
      </p>
      {api.tags.map((tag) => (
        <Section
          key={tag.name}
          {...tag}
          operations={operations.filter(({ tags }) => tags.at(-1) === tag.name)}
        />
      ))}
      <section class="panel docs">
        <h2>Schemas</h2>
        {Object.entries(api.components.schemas).map(([id, schema]) => (
          <details key={id} id={`schema-${id}`}>
            <summary>
              <code>{id}</code>
            </summary>
            <pre tabIndex={0}>{JSON.stringify(schema, null, 2)}</pre>
          </details>
        ))}
      </section>
    </Document>
  );
}

interface SectionProps {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly NamedOperation[];
}

// An operation of two tags is listed under the last one only, so a section may be empty.
function Section({ name, description, operations }: SectionProps) {
  if (operations.length === 0) return null;
  const refused = operations.filter(isRefused);
  return (
    <section class="panel docs">
      <h2>{name}</h2>
      <p>{renderCode(description)}</p>
      {operations
        .filter((operation) => !isRefused(operation))
        .map((operation) => (
          <Operation key={operation.operationId} {...operation} />
        ))}
      {refused.length > 0 && (
        <p>
          Always 404:{' '}
          {refused.map(({ path }) => (
            <span key={path}>
              <code>{path}</code>{' '}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

function isRefused({ responses }: OperationObject): boolean {
  const statuses = Object.keys(responses);
  return statuses.includes('404') && statuses.every((status) => status >= '400');
}
