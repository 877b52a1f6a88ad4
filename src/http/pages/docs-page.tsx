import type { OpenApiDocument, OperationObject, ParameterObject } from '../openapi/openapi-document';
import { Document } from './document';
import type { WebAssets } from './web-assets';

/** What the page shows. */
export interface DocsPageProps {
  readonly assets: WebAssets;
  readonly api: OpenApiDocument;
}

interface NamedOperation extends OperationObject {
  readonly method: string;
  readonly path: string;
}

/** The API document as a page: every operation with its parameters, responses and schemas. */
export function DocsPage({ assets, api }: DocsPageProps) {
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...(operation as OperationObject), method, path })),
  );
  return (
    <Document assets={assets} title="API document">
      <h1>{api.info.title} API</h1>
      {api.info.description.split('\n\n').map((paragraph) => (
        <p key={paragraph}>{renderCode(paragraph)}</p>
      ))}
      <p>
        Version {api.info.version}. As OpenAPI 3.1: <a href="/-/openapi.json">/-/openapi.json</a>.
      </p>
      {api.tags.map(({ name }) => (
        <Section key={name} name={name} operations={operations.filter(({ tags }) => tags.at(-1) === name)} />
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
  readonly operations: readonly NamedOperation[];
}

// An operation of two tags is listed under the last one only, so a section may be empty.
function Section({ name, operations }: SectionProps) {
  if (operations.length === 0) return null;
  return (
    <section class="panel docs">
      <h2>{name}</h2>
      {operations.map((operation) => (
        <Operation key={operation.operationId} {...operation} />
      ))}
    </section>
  );
}

function Operation({ operationId, method, path, summary, parameters, responses }: NamedOperation) {
  return (
    <details id={operationId}>
      <summary>
        <code>
          {method.toUpperCase()} {path}
        </code>{' '}
        {summary}
      </summary>
      {parameters.length > 0 && <Parameters parameters={parameters} />}
      <h3>Responses</h3>
      <dl>
        {Object.entries(responses).map(([status, { description, headers = {}, content = {} }]) => [
          <dt key={status}>{status}</dt>,
          <dd key={`${status}-text`}>
            {renderCode(description)}{' '}
            {Object.entries(content).map(([type, { schema }]) => (
              <span key={type} class="type">
                <code>{type}</code> <SchemaLink reference={schema['$ref']} />{' '}
              </span>
            ))}
            {Object.entries(headers).map(([name, header]) => (
              <span key={name}>
                Header <code>{name}</code>: {header.description}
              </span>
            ))}
          </dd>,
        ])}
      </dl>
    </details>
  );
}

function Parameters({ parameters }: { readonly parameters: readonly ParameterObject[] }) {
  return (
    <div>
      <h3>Parameters</h3>
      <dl>
        {parameters.map(({ name, in: place, description, schema }) => [
          <dt key={name}>
            <code>{name}</code> in the {place}
          </dt>,
          <dd key={`${name}-text`}>
            {description} <code>{JSON.stringify(schema)}</code>
          </dd>,
        ])}
      </dl>
    </div>
  );
}

function SchemaLink({ reference }: { readonly reference: unknown }) {
  if (typeof reference !== 'string') return null;
  const id = reference.split('/').at(-1) ?? '';
  return <a href={`#schema-${id}`}>{id}</a>;
}

// Descriptions are plain text, with code between backticks.
function renderCode(text: string) {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? <code key={`${index}-${part}`}>{part}</code> : part));
}
