import type { Approval } from '@clawhold/client';
import { WalkedList } from '../keyboard/walked-list.tsx';
import { ApprovalCard } from './approval-card.tsx';

export function ApprovalList({ approvals }: { readonly approvals: readonly Approval[] }) {
  return (
    <WalkedList items={approvals}>{(approval, walked) => <ApprovalCard approval={approval} {...walked} />}</WalkedList>
  );
}
