import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { isMediaTypeIn } from './media-type.ts';

test.each([
  ['application/json', ['application/json'], true],
  ['Application/JSON; charset=utf-8', ['application/json'], true],
  ['application/json', ['APPLICATION/*'], true],
  ['application/ld+json', ['application/{json,*+json}'], true],
  ['text/html', ['application/json', 'text/plain'], false],
  ['application/json, text/html', ['application/json', 'text/*'], false],
  ['text/html, application/json', ['*/*'], false],
  ['json', ['*', '**'], false],
  ['', ['*', '**', '*/*'], false],
  ['application/jsonp', ['application/json'], false],
  ['text/html;application/json', ['application/json'], false],
])(verifies('egress.content-types', 'the type %j is in the list %j: %s'), (value, allowed, expected) => {
  expect(isMediaTypeIn(value, allowed)).toBe(expected);
});
