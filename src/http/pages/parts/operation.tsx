import type { OperationObject, ParameterObject } from '../../openapi/openapi-document';
import { renderCode } from './render-code';
import { TryOperation } from './try-operation';

/** An operation of the API document. */
export interface NamedOperation extends OperationObject {
  readonly method: string;
  readonly path: string;
}

/** One operation with its parameters, a form to send it, and its responses. */
export function Operation({ operationId, method, path, summary, parameters, responses }: NamedOperation) {
  return (
    <details id={operationId}>
      <summary>
        <code>
          {method} {path}
        </code>{' '}
        {renderCode(summary)}
      </summary>
      {parameters.length > 0 && <Parameters parameters={parameters} />}
      <TryOperation id={operationId} method={method} path={path} parameters={parameters} />
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
            {renderCode(description ?? '')} <code>{JSON.stringify(schema)}</code>
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
