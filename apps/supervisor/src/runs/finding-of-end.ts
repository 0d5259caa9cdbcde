import type { SandboxEnd } from '@clawhold/sandbox';
import { limits } from '@clawhold/spec';

interface Finding {
  readonly kind: 'sandbox.drift' | 'sandbox.time';
  readonly sentence: string;
}

/** What a person should know of how a sandbox ended; undefined when it ended in the regular way. */
export function findingOfEnd({ cause, reason }: SandboxEnd): Finding | undefined {
  switch (reason) {
    case 'drift':
      return { kind: 'sandbox.drift', sentence: `The sandbox was ended because of a change from outside: ${cause}.` };
    case 'time':
      return {
        kind: 'sandbox.time',
        sentence: `The sandbox was ended: ${cause}, ${limits.sandboxSeconds / 3_600} hours.`,
      };
    case 'other':
      return undefined;
    default:
      return reason satisfies never;
  }
}
