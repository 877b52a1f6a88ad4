import type { ParameterObject } from '../../openapi/openapi-document';
import { Snippet } from './snippet';

/** One operation of the API. */
export interface TryOperationProps {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly ParameterObject[];
}

/** A form that sends an operation and shows the answer beside the request. A script fills it; it is hidden without. */
export function TryOperation({ id, method, path, parameters }: TryOperationProps) {
  return (
    <form class="try scripted" data-method={method} data-path={path}>
      <div>
        {parameters.map((parameter) => (
          <Field key={parameter.name} {...parameter} />
        ))}
        <button type="submit">Send</button>
      </div>
      <div>
        <Snippet id={`${id}-curl`} action="Copy curl" />
        <Snippet id={`${id}-fetch`} action="Copy fetch" />
        <pre class="answer" tabIndex={0} role="status" hidden />
      </div>
    </form>
  );
}

function Field({ name, in: place, required, schema, example }: ParameterObject) {
  const { enum: values } = schema;
  const usual = renderHint(schema['default']);
  const shared = { name, 'data-in': place, required };
  return (
    <label>
      {name}
      {Array.isArray(values) ? (
        <select {...shared}>
          <option value="">{usual === '' ? '' : `${usual} (default)`}</option>
          {values.map((value) => (
            <option key={String(value)}>{String(value)}</option>
          ))}
        </select>
      ) : (
        <input {...shared} type="text" placeholder={usual || renderHint(example)} spellcheck={false} />
      )}
    </label>
  );
}

function renderHint(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
