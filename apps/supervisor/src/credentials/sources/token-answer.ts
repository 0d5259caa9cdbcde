import { z } from 'zod';
import type { Issued, TokenAnswer } from './value-source.ts';

/** RFC 6749, 5.1. */
const tokenSchema = z.object({
  access_token: z.string().regex(/^[\x20-\x7e]{8,16384}$/),
  token_type: z.string().regex(/^bearer$/i),
  /** Seconds. */
  expires_in: z.coerce.number().positive().max(31_536_000).default(3_600),
  refresh_token: z.string().min(1).max(16_384).optional(),
});
export type Token = z.infer<typeof tokenSchema>;

/** @throws Error whose text holds nothing of the answer but its status. */
export function readToken({ status, body }: TokenAnswer): Token {
  const parsed = status === 200 ? tokenSchema.safeParse(parseOrNothing(body)) : undefined;
  if (parsed?.success === true) return parsed.data;
  throw new Error(status === 200 ? 'the answer is no bearer token' : `the token endpoint answered ${status}`);
}

/** @param now when it was asked for: whatever time the answer took counts against it. */
export function issuedFrom({ access_token: text, expires_in: seconds }: Token, now: number): Issued {
  return { value: { kind: 'text', text }, expires: now + seconds * 1_000 };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
