import type { Decision, Redaction } from '@clawhold/spec';
import type { Withheld } from '../options.ts';
import { replaceScalars } from './replace-scalars.ts';

/** A request as it may leave, and what stands in it for what may not. */
export interface WithheldRequest {
  readonly text: string;
  readonly placeholders: ReadonlySet<string>;
}

/** Takes out of every string and number of a request what the decision says, whatever the wire means by it. */
export async function withoutWithheld(
  text: string,
  { obligations }: Pick<Decision, 'obligations'>,
  withhold: (value: string, what: readonly Redaction[]) => Withheld | Promise<Withheld>,
): Promise<WithheldRequest> {
  const placeholders = new Set<string>();
  const what = obligations.flatMap((obligation) => (obligation.kind === 'redact' ? obligation.what : []));
  if (what.length === 0) return { text, placeholders };
  const rewritten = await replaceScalars(text, async (value) => {
    const withheld = await withhold(value, what);
    for (const placeholder of withheld.placeholders) placeholders.add(placeholder);
    return withheld.text;
  });
  return { text: rewritten, placeholders };
}
