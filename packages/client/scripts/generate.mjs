// Writes the client's types from openapi.json: node_modules/.bin/node packages/client/scripts/generate.mjs
// A test fails when they are not what this would write. The document itself is written by the gateway: see
// apps/gateway/scripts/write-openapi.mjs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTypes } from './schema-text.mjs';

const client = join(import.meta.dirname, '..');
const document = JSON.parse(readFileSync(join(client, 'openapi.json'), 'utf8'));
writeFileSync(join(client, 'src', 'generated', 'schema.ts'), await generateTypes(document));
