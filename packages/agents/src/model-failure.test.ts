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
