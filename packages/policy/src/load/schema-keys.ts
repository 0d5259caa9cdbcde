import { z } from 'zod';

/** The keys that the language knows at a place in a document, read from its schema; empty where none are fixed. */
export function keysAt(document: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const schema = schemaAt(document, path);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The words of which one must stand at a place; empty when it is no such choice. */
export function choicesAt(document: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const schema = schemaAt(document, path);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

function schemaAt(document: z.ZodType, path: readonly PropertyKey[]): unknown {
  let schema: unknown = document;
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
