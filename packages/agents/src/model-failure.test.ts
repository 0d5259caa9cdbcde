import { verifies } from '@clawhold/testkit';
import { APICallError } from 'ai';
import { expect, test } from 'vitest';
import { describeModelFailure } from './model-failure.ts';

function answered(statusCode: number, responseBody: string): APICallError {
  return new APICallError({ message: 'x', url: 'http://model', requestBodyValues: {}, statusCode, responseBody });
}

test('a success whose body broke off is no answer, and may be asked again', () => {
  const failure = describeModelFailure(answered(200, '{"choices":[{"mess'));
  expect(failure).toMatchObject({ message: expect.stringContaining('broke off'), retryable: true });
});

test.each([
  [400, false],
  [408, true],
  [429, true],
  [500, true],
])('HTTP %i without a word: retryable is %s', (status, retryable) => {
  const message = `The model server answered with HTTP ${status}.`;
  expect(describeModelFailure(answered(status, ''))).toMatchObject({ message, retryable });
});

test.each([
  [
    'OpenAI',
    '{"error":{"message":"This model\'s maximum context length is 8192 tokens.","code":"context_length_exceeded"}}',
  ],
  ['Anthropic', '{"type":"error","error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}'],
  ['llama.cpp', '{"error":{"message":"the request exceeds the available context size"}}'],
])(verifies('agent.overflow', 'the words of %s for a request that is too long are known'), (_, body) => {
  expect(describeModelFailure(answered(400, body))).toMatchObject({ tooLong: true, retryable: false });
});

test('other refusals are not', () => {
  expect(describeModelFailure(answered(400, '{"error":{"message":"no such tool"}}'))).toMatchObject({ tooLong: false });
  expect(describeModelFailure(answered(413, ''))).toMatchObject({ tooLong: true });
});
