import openapiTypescript, { astToString } from 'openapi-typescript';

/** The TypeScript types of an OpenAPI document, as the text of a file. */
export async function generateTypes(document) {
  const types = astToString(await openapiTypescript(document));
  return `// Made by packages/client/scripts/generate.mjs from openapi.json.\n${types}`;
}
