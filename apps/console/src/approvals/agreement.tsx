import type { Approval } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';

/** Who must agree and who has; nothing where one yes of anybody is enough. */
export function Agreement({ approval: { approvers, agreed, requester } }: { readonly approval: Approval }) {
  const messages = useMessages();
  if (approvers.count === 1 && !approvers.excludeRequester) return null;
  return (
    <p className="flex flex-wrap items-center gap-2">
      <Badge tone="warn">{messages.agreed(agreed.length, approvers.count)}</Badge>
      {agreed.length > 0 && <HostileText text={agreed.join(', ')} />}
      {approvers.excludeRequester && <span className="text-ink-soft">{messages.notRequester(requester)}</span>}
    </p>
  );
}
