import { policyDocumentSchema } from '@clawhold/spec';
import { z } from 'zod';

/** The keys that the language knows at a place in a document, read from the schema itself; empty where none are fixed. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const schema = schemaAt(path);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The words of which one must stand at a place; empty when it is no such choice. */
export function choicesAt(path: readonly PropertyKey[]): readonly string[] {
  const schema = schemaAt(path);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

function schemaAt(path: readonly PropertyKey[]): unknown {
  let schema: unknown = policyDocumentSchema;
  for (const part of path) {
    schema = unwrapped(schema);
    if (schema instanceof z.ZodObject)
      schema = Object.hasOwn(schema.shape, part) ? schema.shape[String(part)] : undefined;
    else if (schema instanceof z.ZodArray) schema = schema.element;
    else if (schema instanceof z.ZodRecord) schema = schema.valueType;
    else return undefined;
  }
  return unwrapped(schema);
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional) inner = inner.unwrap();
  return inner;
}
