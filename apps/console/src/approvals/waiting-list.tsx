import type { Approval, UnknownStep } from '@clawhold/client';
import { WalkedList } from '../keyboard/walked-list.tsx';
import { LostStepCard } from '../lost-steps/lost-step-card.tsx';
import { isWaitedFor } from '../lost-steps/queries.ts';
import { ApprovalCard } from './approval-card.tsx';

interface WaitingListProps {
  readonly questions: readonly Approval[];
  readonly lost: readonly UnknownStep[];
}

/** Everything that a person is asked, in one list for the keyboard: what a run may have done first, what is for the record last. */
export function WaitingList({ questions, lost }: WaitingListProps) {
  const steps = lost.map((step) => ({ id: step.step, step }));
  const items = [
    ...steps.filter(({ step }) => isWaitedFor(step)),
    ...questions.map((question) => ({ id: question.id, question })),
    ...steps.filter(({ step }) => !isWaitedFor(step)),
  ];
  return (
    <WalkedList items={items}>
      {(item, walked) =>
        'step' in item ? (
          <LostStepCard lost={item.step} {...walked} />
        ) : (
          <ApprovalCard approval={item.question} {...walked} />
        )
      }
    </WalkedList>
  );
}
