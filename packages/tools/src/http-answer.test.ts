import { expect, test } from 'vitest';
import { answerOf } from './http-answer.ts';

const printed = (refused: string | null, status: number, body: string) => ({
  end: { kind: 'exited', status: 0 } as const,
  stdout: Buffer.from(JSON.stringify({ status, headers: {}, body, encoding: 'utf8', cut: false, refused })),
  stderr: Buffer.alloc(0),
  missing: { stdout: 0, stderr: 0 },
});

test('a failure behind an allowed request is not told as a refusal', () => {
  expect(answerOf(printed('allowed', 502, 'unreachable'), undefined)).toEqual({
    ok: false,
    output: 'HTTP 502\n\nunreachable',
  });
});

test.each(['denied', 'ask', 'malformed'])('what the proxy answers to "%s" is', (decision) => {
  expect(answerOf(printed(decision, 403, ''), undefined).output).toBe('The policy refused this request.');
});
