import { z } from 'zod';
import type { JsonSchema } from './openapi-document';

// A format says it all; the expression behind it is for the machine that checks.
const options = {
  override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
    if (jsonSchema['format'] !== undefined) delete jsonSchema['pattern'];
  },
} as const;

const componentPath = '#/components/schemas/';

/** Describes what a client sends: the text that the schema takes, before it is turned into anything else. */
export function toInputSchema(schema: z.ZodType): JsonSchema {
  return strip(z.toJSONSchema(schema, { ...options, io: 'input' }));
}

/** Describes what a client receives: a reference, where the schema has a name. */
export function toOutputSchema(schema: z.ZodType): JsonSchema {
  const id = schema.meta()?.id;
  return id === undefined ? strip(z.toJSONSchema(schema, options)) : { $ref: `${componentPath}${id}` };
}

/** Describes every schema that has a name. */
export function listComponents(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { ...options, uri: (id) => `${componentPath}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, strip(schema)]));
}

// OpenAPI 3.1 has this dialect anyway, and names its components by their place.
function strip({ $schema: _dialect, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
