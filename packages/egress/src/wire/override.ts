/**
 * Requests that name another method or address beside their own. Frameworks go by these (Rack, Spring, Laravel, WordPress and
 * OData by the method; Symfony, Zend and IIS by the address), so what was decided would not be what is done.
 */
import { type Fault, fault } from './fault.ts';
import type { Field } from './field.ts';

const ofMethod: ReadonlySet<string> = new Set(['x-http-method-override', 'x-http-method', 'x-method-override']);
const ofAddress: ReadonlySet<string> = new Set([
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-envoy-original-path',
]);
/** Laravel, Symfony and WordPress; Salesforce. */
const inQuery: ReadonlySet<string> = new Set(['_method', '_httpmethod']);

const otherMethod: Fault = fault(
  'method_override',
  'The request names another method beside its own; send it with the method that is meant.',
);
const otherAddress: Fault = fault(
  'address_override',
  'The request names another address beside its own; send it to the address that is meant.',
);

/** The fault of a request whose fields would have a server do something else than its first line says. */
export function overrideInFields(fields: readonly Field[]): Fault | undefined {
  for (const { name } of fields) {
    if (!name.startsWith('x')) continue;
    const meant = hyphenated(name);
    if (ofMethod.has(meant)) return otherMethod;
    if (ofAddress.has(meant)) return otherAddress;
  }
  return undefined;
}

/** The same of a query, its keys compared as the most lenient server would. */
export function overrideInQuery(query: string): Fault | undefined {
  if (!/[_%]/.test(query)) return undefined;
  for (const key of new URLSearchParams(query.replaceAll(';', '&')).keys())
    if (inQuery.has(key.toLowerCase())) return otherMethod;
  return undefined;
}

/** CGI and WSGI programs read `_` in a name as `-`. */
export function hyphenated(name: string): string {
  return name.includes('_') ? name.replaceAll('_', '-') : name;
}
