import { ApiProblem, Unreachable } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Notice } from './notice.tsx';

/** What went wrong in the gateway's own sentence, and what to do next. */
export function ProblemNotice({ error }: { readonly error: Error }) {
  const messages = useMessages();
  if (error instanceof Unreachable) return <Notice tone="bad">{messages.unreachable}</Notice>;
  if (!(error instanceof ApiProblem)) return <Notice tone="bad">{messages.unexpected}</Notice>;
  // A refusal quotes what was asked (a path, a name), so it is drawn as carefully as that.
  return (
    <Notice tone="bad">
      <HostileText text={error.message} />
      {error.hint !== undefined && (
        <div className="mt-1">
          <HostileText text={error.hint} />
        </div>
      )}
    </Notice>
  );
}
