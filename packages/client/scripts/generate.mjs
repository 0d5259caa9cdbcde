// Writes the gateway's OpenAPI document and the client's types from it: node_modules/.bin/node packages/client/scripts/generate.mjs
// A test of the house fails when either is not what this would write.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { apiDocument } from '../../../apps/gateway/src/api/document.ts';

const client = join(import.meta.dirname, '..');
const document = apiDocument();
writeFileSync(join(client, 'openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
const types = astToString(await openapiTypescript(document));
writeFileSync(
  join(client, 'src', 'schema.ts'),
  `// Made by packages/client/scripts/generate.mjs from openapi.json.\n${types}`,
);
