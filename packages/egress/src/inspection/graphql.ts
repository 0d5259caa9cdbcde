import { createHash } from 'node:crypto';
import { foldKey, isPartedTwoWays, parseStrictJson } from '@clawhold/policy';
import { type Fault, fault } from '../wire/fault.ts';
import { type Content, isObject, type ReadMessage, type ReadMessages, readBatch } from './content.ts';
import { lookAlikes } from './exact-keys.ts';
import { readDocument } from './graphql-document.ts';

/** Keys under which servers look for an operation that they have stored. */
const storedKeys = ['id', 'documentId', 'document_id', 'doc_id', 'queryId'] as const;
const requestKeys = ['query', 'variables', 'extensions', 'operationName', ...storedKeys] as const;
const hasLookAlike = lookAlikes(...requestKeys);
const foldedKeys: ReadonlySet<string> = new Set(requestKeys.map(foldKey));

type Request = Readonly<Record<string, unknown>>;

/** Reads GraphQL over HTTP: POST with JSON, or GET with the operation in the query. */
export function readGraphql(content: Content): ReadMessages | Fault {
  switch (content.method) {
    case 'POST':
      // Some servers let the query of the address win over the body.
      if (
        [...new URLSearchParams(content.query.replaceAll(';', '&')).keys()].some((key) => foldedKeys.has(foldKey(key)))
      )
        return fault('message', 'The operation is named in the query and in the body.');
      return readBatch(content, readRequest);
    case 'GET':
    case 'HEAD':
      return readQuery(content.query);
    default:
      return fault('message_method', 'GraphQL is spoken by POST and GET.', 405);
  }
}

function readQuery(query: string): ReadMessages | Fault {
  if (isPartedTwoWays(query))
    return fault('repeated_query', 'The query holds a ";", which some servers take for "&"; write it as "%3B".');
  const request: Record<string, unknown> = Object.create(null);
  for (const [key, value] of new URLSearchParams(query)) {
    if (key in request) return fault('repeated_query', 'The query names one key more than once.');
    request[key] = value;
  }
  for (const key of ['variables', 'extensions']) {
    const text = request[key];
    if (typeof text !== 'string') continue;
    const parsed = parseStrictJson(Buffer.from(text));
    if (parsed.kind === 'refused') return fault('unreadable_query', 'A value of the query is not JSON.');
    request[key] = parsed.value;
  }
  const read = readRequest(request);
  return 'kind' in read ? read : { kind: 'messages', list: [read] };
}

/** Reads one request of GraphQL, however it came. */
export function readRequest(request: Request): ReadMessage | Fault {
  if (hasLookAlike(request)) return fault('message', 'A key is written in another way than GraphQL writes it.');
  const name = request['operationName'] ?? undefined;
  // Some servers take an empty name for none, others for a name that is not there.
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    return fault('message', 'The name of the operation is no name.');
  const stored = storedOperation(request);
  if (stored.kind === 'fault') return stored;
  const source = request['query'] ?? undefined;
  if (source === undefined) {
    if (stored.id === null) return fault('message', 'The request has no operation.');
    return {
      message: { protocol: 'graphql', type: null, name: name ?? null, fields: [], persisted: stored.id },
      content: request,
    };
  }
  if (typeof source !== 'string') return fault('message', 'The operation is no text.');
  // Together they register the text under its digest; under another one it would be found by a later request.
  if (stored.id !== null && (!stored.isDigest || stored.id !== digest(source)))
    return fault('message', 'The request names a stored operation and brings another one.');
  const chosen = readDocument(source, name);
  if (chosen.kind === 'refused') return fault('message', chosen.reason);
  const { type, name: chosenName, fields } = chosen;
  return {
    message: { protocol: 'graphql', type, name: chosenName, fields: [...fields], persisted: null },
    content: request,
  };
}

interface Stored {
  readonly kind: 'stored';
  readonly id: string | null;
  /** It is the SHA-256 of its text, as automatic persisted queries have it. */
  readonly isDigest: boolean;
}

function storedOperation(request: Request): Stored | Fault {
  const found: { id: unknown; isDigest: boolean }[] = storedKeys
    .map((key) => ({ id: request[key] ?? undefined, isDigest: false }))
    .filter(({ id }) => id !== undefined);
  const { extensions } = request;
  if (extensions !== undefined && extensions !== null) {
    if (!isObject(extensions)) return fault('message', 'The extensions of the request are no object.');
    const { persistedQuery } = extensions;
    if (isObject(persistedQuery)) found.push({ id: persistedQuery['sha256Hash'], isDigest: true });
    else if (persistedQuery !== undefined) return fault('message', 'The stored operation has no digest.');
  }
  const [first] = found;
  if (first === undefined) return { kind: 'stored', id: null, isDigest: false };
  if (found.length > 1) return fault('message', 'The request names more than one stored operation.');
  return typeof first.id === 'string' && first.id !== ''
    ? { kind: 'stored', id: first.id, isDigest: first.isDigest }
    : fault('message', 'The name of the stored operation is no text.');
}

function digest(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}
