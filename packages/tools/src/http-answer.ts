import { refusalSchema } from '@clawhold/spec';
import { z } from 'zod';
import { type CommandResult, textOf } from './sandbox-command.ts';

const answerSchema = z.union([
  z.object({ failure: z.string() }),
  z.object({
    status: z.number(),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    body: z.string(),
    encoding: z.enum(['utf8', 'base64']),
    cut: z.boolean(),
    refused: z.string().nullable(),
  }),
]);

/** What a model should know of a response; the other headers are noise. */
const shownHeaders = ['content-type', 'location', 'retry-after', 'etag', 'last-modified', 'link'];

/** What the proxy says of a request that it did not send; it marks the answers of servers too. */
const refusing: ReadonlySet<string> = new Set(['denied', 'ask', 'malformed']);

/** Reads what `http-fetch.mjs` printed. It ran beside untrusted code: nothing of it is taken on trust. */
export function answerOf(result: CommandResult, failure: string | undefined): { ok: boolean; output: string } {
  if (failure !== undefined) return { ok: false, output: failure };
  const parsed = answerSchema.safeParse(parseJson(textOf(result.stdout)));
  if (!parsed.success) return { ok: false, output: 'The request gave no answer that can be read.' };
  const answer = parsed.data;
  if ('failure' in answer) return { ok: false, output: `The request failed: ${answer.failure}.` };
  if (answer.refused !== null && refusing.has(answer.refused)) return { ok: false, output: refusalText(answer.body) };
  const headers = shownHeaders.flatMap((name) => {
    const value = answer.headers[name];
    return value === undefined ? [] : [`${name}: ${[value].flat().join(', ')}`];
  });
  const content = answer.encoding === 'utf8' ? answer.body : `(binary, base64) ${answer.body}`;
  const end = answer.cut ? ['(the body was cut here)'] : [];
  const output = [`HTTP ${answer.status}`, ...headers, '', content, ...end].join('\n');
  return { ok: answer.status < 400, output };
}

function refusalText(body: string): string {
  const refusal = refusalSchema.safeParse(parseJson(body));
  if (!refusal.success) return 'The policy refused this request.';
  const { reasons, next } = refusal.data;
  return ['The policy refused this request.', ...reasons.map(({ text }) => text), next].join(' ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
