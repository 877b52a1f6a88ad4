import type { z } from 'zod';
import type { JsonSchema, ParameterObject } from './openapi-document';
import { toInputSchema } from './to-json-schema';

interface ObjectSchema extends JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Describes the parameters of a schema as parameters in the path, the query or a header. */
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
