import type { Endpoint } from '@clawhold/spec';
import { Integers } from '../glob/integers.ts';
import { protocolOf } from '../load/endpoint-protocol.ts';
import type { Operation } from '../operation/operation.ts';
import { createOperationIndex } from '../operation/operation-index.ts';
import { compileQualifier } from '../operation/qualifier.ts';
import { RequestSets } from '../request/request-sets.ts';
import { siteOf } from '../space/endpoint-site.ts';
import { Limits } from '../space/limits.ts';
import { messagesOf } from '../space/message-space.ts';
import type { Neighbour } from './neighbours.ts';
import { type CheckedRule, comparedPatterns } from './rule-cells.ts';
import { isAboutMessages, type WrittenRule, writtenRules } from './written-rules.ts';

/**
 * The rules of an endpoint about messages, and those of its neighbours, with the kinds of messages that each is about: one
 * for every name that a rule tells apart. Undefined when there are too many to compare.
 */
export function messageRules(endpoint: Endpoint, others: readonly Neighbour[]): readonly CheckedRule[] | undefined {
  const protocol = protocolOf(endpoint);
  const alike = others.filter((other) => other.coversPath && protocolOf(other.endpoint) === protocol);
  const written = writtenRules(endpoint, alike).filter(isAboutMessages);
  if (written.length > comparedPatterns) return alike.length === 0 ? undefined : messageRules(endpoint, []);
  const sites = [endpoint, ...alike.map((other) => other.endpoint)].map((one) => siteOf(one, []));
  const messages = messagesOf(sites, new Limits());
  const operations = messages.map((message) => ({ method: 'POST', path: '/', query: '', parameters: [], message }));
  return written.map((rule) => {
    const cells = operations.flatMap((operation, at) => (isAbout(rule, operation, endpoint) ? [`${at}`] : []));
    return { ...rule, cells: new Set(cells), fate: cells.length === 0 ? 'unmatchable' : 'some' };
  });
}

/** Whether a rule is about an operation, its condition apart. */
function isAbout({ target, verdict }: WrittenRule, operation: Operation, endpoint: Endpoint): boolean {
  const { where: _where, ...named } = target;
  const found: true[] = [];
  createOperationIndex(endpoint, [{ target: named, value: true }], new RequestSets<true>(new Integers())).find(
    operation,
    found,
  );
  return found.length > 0 && compileQualifier(named, endpoint, verdict === 'deny')?.(operation) !== false;
}
