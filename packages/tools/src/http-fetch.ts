import { limits } from '@clawhold/spec';
import { z } from 'zod';
import { answerOf } from './http-answer.ts';
import { failureOf } from './sandbox-command.ts';
import { defineTool, noInverse, refused, type Tool, type ToolRequest } from './tool.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Headers that belong to the connection or to the message's framing; whoever sends them decides where a request ends. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const schema = z.strictObject({
  url: z.string().min(8).max(8_192).describe('Absolute address, http or https.'),
  method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']).optional().describe('Default: GET.'),
  headers: z.record(z.string().max(128), z.string().max(4_096)).optional().describe('Request headers.'),
  body: z
    .string()
    .max(limits.inspectedBodyBytes / 4)
    .optional()
    .describe('Request body as text. JSON is sent as application/json unless a content-type is given.'),
});

export const httpFetch: Tool = defineTool({
  name: 'http.fetch',
  description:
    'Sends one HTTP request from the sandbox and returns status, headers and body. Redirects are returned, not followed. The policy decides which hosts, methods and paths are allowed; a refusal says why.',
  effect: 'read',
  schema,
  plan: (values, places) => {
    const request = requestOf(values);
    if (typeof request === 'string') return refused(request);
    const { host } = new URL(request.url);
    const safe = safeMethods.has(request.method);
    return {
      kind: 'ok',
      plan: {
        effect: safe ? 'read' : 'irreversible',
        inverse: noInverse,
        parameters: [
          { name: 'url', role: 'destination', value: request.url },
          ...(request.body === null ? [] : [{ name: 'body', role: 'content' as const, value: request.body }]),
        ],
        writes: [],
        programs: null,
        request,
        browser: null,
        command: {
          arguments: [places.node, `${places.scripts}/http-fetch.mjs`],
          input: JSON.stringify({ ...request, limit: limits.fileReadBytes, seconds: 60 }),
          timeoutMilliseconds: 65_000,
          keepBytes: 2 ** 20,
        },
        read: (result) => ({
          ...answerOf(result, failureOf(result)),
          from: { kind: 'host', host: new URL(`http://${host}`).hostname, safe },
        }),
      },
    };
  },
});

/** The request that will be sent, or why there is none. */
function requestOf(values: z.output<typeof schema>): ToolRequest | string {
  const url = URL.parse(values.url.trim());
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'Give an absolute http or https address.';
  if (url.username !== '' || url.password !== '') return 'An address holds no user name or password.';
  url.hash = '';
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(values.headers ?? {})) {
    const lower = name.toLowerCase();
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower)) return `"${name.slice(0, 40)}" is not the name of a header.`;
    if (ownHeaders.has(lower) || lower.startsWith('proxy-')) return `The header ${lower} is set by the sandbox.`;
    if (headers.has(lower)) return `The header ${lower} is given twice.`;
    if (!/^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$|^$/.test(value))
      return `The value of ${lower} is not plain ASCII text.`;
    headers.set(lower, value);
  }
  const body = values.body ?? null;
  if (body !== null && !headers.has('content-type') && isJson(body)) headers.set('content-type', 'application/json');
  return {
    method: values.method ?? 'GET',
    url: url.href,
    headers: [...headers].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    body,
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
