import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { MessageScrubber } from './message-scrubber.ts';

test(verifies('credentials.websocket', 'a secret that is sent while a message is coming is not in its rest'), () => {
  let secrets = ['first-secret'];
  const scrubber = new MessageScrubber(() => secrets);
  const push = (text: string): string => scrubber.push(Buffer.from(text)).toString();
  expect(push('a first-se')).toBe('a ');
  secrets = ['first-secret', 'other-secret'];
  expect(push('cret and other-sec')).toBe('************ and ');
  expect(push('ret, other')).toBe('************, ');
  expect(scrubber.end().toString()).toBe('other');
});
