import type { EgressQuestion } from '@clawhold/spec';

/** One request, or one message in it, as a question has it. */
export type Operation = NonNullable<EgressQuestion['operation']>;
