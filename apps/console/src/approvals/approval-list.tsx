import type { Approval } from '@clawhold/client';
import { useListKeys } from '../keyboard/list-keys.ts';
import { ApprovalCard } from './approval-card.tsx';

/** The questions, one of which the keyboard speaks about: the first, until j and k choose another. */
export function ApprovalList({ approvals }: { readonly approvals: readonly Approval[] }) {
  const walked = useListKeys(approvals.length);
  const chosen = Math.max(0, walked);
  if (approvals.length === 0) return null;
  return (
    <ul className="flex flex-col gap-4">
      {approvals.map((approval, index) => (
        <li key={approval.id}>
          <ApprovalCard approval={approval} selected={index === chosen} walkedTo={index === walked} />
        </li>
      ))}
    </ul>
  );
}
