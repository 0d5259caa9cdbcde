import { createHash } from 'node:crypto';
import type { PolicyDocument } from '@clawhold/spec';
import { type Layers, layerNames } from '../load/layer.ts';

/** Changes when the meaning of documents changes, so that a digest also names the rules of this package. */
const languageVersion = 'clawhold-policy-3';

/** SHA-256 over the layers as JSON with sorted keys. The order of a list counts, that of keys does not. */
export function layersDigest(layers: Layers): string {
  const hash = createHash('sha256').update(languageVersion);
  for (const name of layerNames) hash.update(`\n${name} ${canonicalJson(layers[name] ?? null)}`);
  return hash.digest('hex');
}

/** SHA-256 of one document, under the meaning that this package gives it. */
export function documentDigest(document: PolicyDocument): string {
  return createHash('sha256')
    .update(`${languageVersion}\n${canonicalJson(document)}`)
    .digest('hex');
}

/** Documents hold strings, numbers, booleans, lists and records only; the schema sees to it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
