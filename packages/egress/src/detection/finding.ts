import type { DetectedKind } from '@clawhold/detect';
import type { Identity } from '../hooks.ts';
import { type Fault, fault } from '../wire/fault.ts';

/** Something that must not leave (or come in) was recognised, and kept from it. */
export interface EgressFinding {
  readonly identity: Identity;
  readonly kind: DetectedKind;
  /** Where, for a sentence: `the path`, `the header cookie`, `the body`, `several parts together`. */
  readonly place: string;
  /** What was recognised. For a keyed digest, and nothing else. */
  readonly value: string;
  /** Where it was to go, or came from. */
  readonly host: string;
}

/** The last that comes of a body in which a value was found that must not leave; nothing of the piece before it passes. */
export const detectedFault: Fault = fault(
  'finding',
  'The request carries a value that must not leave the sandbox; it was not sent, and the finding was recorded.',
  403,
);
