import { z } from 'zod';
import type { JsonSchema } from './openapi-document';

// A format such as date-time makes the regular expression behind it redundant.
const options = {
  override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
    if (jsonSchema['format'] !== undefined) delete jsonSchema['pattern'];
  },
} as const;

const componentPath = '#/components/schemas/';

/** Describes what a client sends: the input of the schema, before transforms. */
export function toInputSchema(schema: z.ZodType): JsonSchema {
  return strip(z.toJSONSchema(schema, { ...options, io: 'input' }));
}

/**
 * Describes what a client receives: a reference if the schema has an id, else the schema itself.
 */
export function toOutputSchema(schema: z.ZodType): JsonSchema {
  const id = schema.meta()?.id;
  return id === undefined ? strip(z.toJSONSchema(schema, options)) : { $ref: `${componentPath}${id}` };
}

/** Describes every schema with an id. */
export function listComponents(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { ...options, uri: (id) => `${componentPath}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, strip(schema)]));
}

// OpenAPI 3.1 implies the dialect, and identifies a component by its path.
function strip({ $schema: _dialect, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
