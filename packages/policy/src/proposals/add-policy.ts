import type { NetworkPolicy } from '@clawhold/spec';
import { isMap, parseDocument } from 'yaml';

/** Writes a network policy into the text of a document, which keeps its comments; undefined when it has no place for one. */
export function addNetworkPolicy(
  source: string,
  name: string,
  policy: NetworkPolicy,
  comment: string,
): string | undefined {
  const document = parseDocument(source, { version: '1.2' });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const policies = document.get('network_policies', true);
  if (policies !== undefined && !isMap(policies)) return undefined;
  const value = document.createNode(policy, { aliasDuplicateObjects: false });
  value.commentBefore = ` ${comment.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`;
  document.setIn(['network_policies', name], value);
  return document.toString({ lineWidth: 120 });
}
