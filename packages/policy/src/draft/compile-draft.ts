import { ClawholdError } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import type { NamedSource, PolicyLibrary } from '../extends/close-policy.ts';
import { draftPolicy } from './draft-policy.ts';

/** A document as it would be in force: below a ceiling, with what it may extend. */
export interface Draft extends NamedSource {
  /** Default: one that bounds nothing. */
  readonly ceiling?: NamedSource | undefined;
  /** What both may extend. Default: nothing. */
  readonly library?: PolicyLibrary;
}

/**
 * Compiles a draft to ask it questions.
 *
 * @param hintOf where all that is wrong with the document or its ceiling, by its name, is listed.
 * @throws ClawholdError `policy_invalid` with the first problem.
 */
export function compileDraft({ ceiling, library, ...document }: Draft, hintOf: (name: string) => string): Snapshot {
  const draft = draftPolicy(document, ceiling, library);
  if (draft.kind === 'ok') return draft.snapshot;
  const [first] = draft.problems;
  const place = first === undefined ? document.name : `${first.file}, line ${first.line}`;
  const hint = hintOf(ceiling !== undefined && first?.file === ceiling.name ? ceiling.name : document.name);
  throw new ClawholdError('policy_invalid', `${place}: ${first?.message ?? 'not valid'}`, { hint });
}
