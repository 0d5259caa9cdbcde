// Writes the OpenAPI document of the HTTP API to a file: node_modules/.bin/node apps/gateway/scripts/write-openapi.mjs FILE
// `packages/client/openapi.json` is what this writes; after a change of a route write it again, then generate the client.
import { writeFileSync } from 'node:fs';
import { apiDocument } from '../src/api/document.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name the file to write');
writeFileSync(file, `${JSON.stringify(apiDocument(), null, 2)}\n`);
