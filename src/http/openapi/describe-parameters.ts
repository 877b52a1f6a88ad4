import type { z } from 'zod';
import type { JsonSchema, ParameterObject } from './openapi-document';
import { toInputSchema } from './to-json-schema';

interface ObjectSchema extends JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Lists the parameters that a schema of a path or of a query takes. */
export function describeParameters(
  place: ParameterObject['in'],
  schema: z.ZodType | undefined,
): ParameterObject[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toInputSchema(schema) as ObjectSchema;
  return Object.entries(properties).map(([name, property]) => {
    const { description, examples, ...rest } = property;
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(typeof description === 'string' ? { description } : {}),
      schema: rest,
      ...(Array.isArray(examples) ? { example: examples[0] as unknown } : {}),
    };
  });
}
