import type { LocalRequest } from '@clawhold/egress';
import { urlQuestion } from '@clawhold/policy';
import { type EgressQuestion, limits } from '@clawhold/spec';
import { z } from 'zod';
import type { LiveRun } from '../runs/live-run.ts';
import { Refused } from './answer.ts';
import type { Denials } from './denials.ts';

const askedSchema = z
  .strictObject({
    requests: z
      .array(z.strictObject({ method: z.string().max(32).default('GET'), url: z.string().max(2_000) }))
      .min(1)
      .max(limits.proposalRequests)
      .optional(),
    denials: z.array(z.string().max(32)).min(1).max(limits.proposalRequests).optional(),
    why: z.string().min(1).max(limits.proposalCharacters),
  })
  .refine(({ requests, denials }) => (requests === undefined) !== (denials === undefined), {
    message: 'Give exactly one of "requests" and "denials".',
  });

/** What an agent asks for, as the questions that its own programs would put. */
export interface Asked {
  readonly questions: readonly [EgressQuestion, ...EgressQuestion[]];
  readonly why: string;
}

/** @throws Refused what cannot be read, or is about no single request. */
export async function readAsked(request: LocalRequest, live: LiveRun, denials: Denials): Promise<Asked> {
  const read = askedSchema.safeParse(await readJson(request));
  if (!read.success)
    throw malformed(read.error.issues.map(({ path, message }) => [...path, message].join(': ')).join(' '));
  const { requests = [], denials: ids = [], why } = read.data;
  const questions = [
    ...requests.map(({ method, url }) => writtenOut(method, url, live)),
    ...ids.map((id) => remembered(id, live, denials)),
  ];
  const [first, ...rest] = questions;
  if (first === undefined) throw malformed('Nothing is asked for.');
  if (rest.some(({ host, port }) => host !== first.host || port !== first.port))
    throw malformed('One proposal is about one host and port.');
  return { questions: [first, ...rest], why };
}

function writtenOut(method: string, url: string, { id, sandboxId, agent, provenance }: LiveRun): EgressQuestion {
  const read = urlQuestion(url, { method });
  if (read.kind === 'refused') throw malformed(`${url.slice(0, 200)}: ${read.reason}`);
  return { ...read.question, caller: { agent, run: id, sandbox: sandboxId }, data: provenance.leaving };
}

function remembered(denial: string, { id }: LiveRun, denials: Denials): EgressQuestion {
  const question = denials.question(id, denial);
  if (question !== undefined) return question;
  throw malformed(`There is no denial "${denial}" of this sandbox, or it was forgotten; GET /denials lists them.`);
}

async function readJson({ headers, body }: LocalRequest): Promise<unknown> {
  // What a browser's page sends by itself is not what the agent asks for.
  if (headers['origin'] !== undefined) throw malformed('Pages may not ask for rules.');
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new Refused(
      415,
      'not_json',
      'The body is not application/json.',
      'Send JSON with "content-type: application/json".',
    );
  const content = await readBody(body);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    throw malformed('The body is not JSON.');
  }
}

/** So much more than the limit is read and dropped: who is sending does not hear an answer before. */
const droppedBytes = 1024 ** 2;

async function readBody(body: LocalRequest['body']): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size <= limits.policyRequestBytes) pieces.push(piece);
    if (size > droppedBytes) break;
  }
  if (size <= limits.policyRequestBytes) return Buffer.concat(pieces);
  throw new Refused(
    413,
    'too_large',
    `A body has at most ${limits.policyRequestBytes} bytes.`,
    'Ask for less at a time.',
  );
}

function malformed(message: string): Refused {
  return new Refused(400, 'malformed', message, 'GET http://policy.local/ has examples.');
}
