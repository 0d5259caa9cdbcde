import type { Label, Parameter } from '@clawhold/spec';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import { foldKey, hasAmbiguousKeys } from './duplicate-keys.ts';

/** The part of a value that reasons show and the ledger keeps. The label is that of the whole. */
const shownCharacters = 200;
/** A pointer at a list or an object means each value in it, up to this many. */
const maximumValues = 100;

/** What a request says about where things go. */
export interface Inspected {
  readonly query: string;
  readonly fields: readonly Field[];
  /** Undefined when no pointer needs it. */
  readonly body: Buffer | undefined;
}

/** True when one of these names something in the body. */
export function needsBody(pointers: readonly string[]): boolean {
  return pointers.some((pointer) => !pointer.startsWith('query:'));
}

/**
 * Takes the values that the policy calls destinations out of a request. A body in which two programs could find two
 * different values is refused: that is what this whole inspection would otherwise be deceived with.
 */
export function readDestinations(
  pointers: readonly string[],
  request: Inspected,
  labelOf: (value: string) => Label,
): readonly Parameter[] | Fault {
  const parameters: Parameter[] = [];
  const document = needsBody(pointers) ? parseBody(request) : { kind: 'json' as const, value: undefined };
  if (document.kind === 'fault') return document;
  const query = new URLSearchParams(request.query);
  for (const pointer of pointers) {
    const values = pointer.startsWith('query:')
      ? queryValues(query, pointer.slice('query:'.length))
      : leaves(follow(document.value, pointer));
    if (parameters.length + values.length > maximumValues) return tooMany;
    for (const value of values)
      parameters.push({
        name: pointer,
        role: 'destination',
        value: value.slice(0, shownCharacters),
        label: labelOf(value),
      });
  }
  return parameters;
}

const tooMany: Fault = fault('too_many_values', 'The request names too many destinations to be decided on.', 413);
const unreadable: Fault = fault('unreadable_body', 'The body is not JSON that can be read in one way only.', 415);

function parseBody({ fields, body }: Inspected): { readonly kind: 'json'; readonly value: unknown } | Fault {
  if (body === undefined || body.length === 0) return { kind: 'json', value: undefined };
  // A body that is JSON to us must not be a form, or compressed, to the server.
  if (!/^application\/(?:[\w.+-]+\+)?json(?: *; *charset="?utf-8"?)?$/i.test(fieldValue(fields, 'content-type') ?? ''))
    return fault('body_type', 'A body that must be read before the decision has the type application/json.', 415);
  if (fieldValue(fields, 'content-encoding') !== undefined)
    return fault('body_encoding', 'A body that must be read before the decision is not compressed.', 415);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const value: unknown = JSON.parse(text);
    return hasAmbiguousKeys(text) ? unreadable : { kind: 'json', value };
  } catch {
    return unreadable;
  }
}

// RFC 6901, 4; keys are compared as the most lenient decoder would.
function follow(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => foldKey(name) === foldKey(key))?.[1];
  }
  return value;
}

function leaves(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'object') return Object.values(value).flatMap(leaves);
  return [String(value)];
}

function queryValues(query: URLSearchParams, key: string): readonly string[] {
  return [...query].filter(([name]) => foldKey(name) === foldKey(key)).map(([, value]) => value);
}
