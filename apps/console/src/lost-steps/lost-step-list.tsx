import type { UnknownStep } from '@clawhold/client';
import { LostStepCard } from './lost-step-card.tsx';

export function LostStepList({ steps }: { readonly steps: readonly UnknownStep[] }) {
  if (steps.length === 0) return null;
  return (
    <ul className="flex flex-col gap-4">
      {steps.map((lost) => (
        <li key={lost.step}>
          <LostStepCard lost={lost} />
        </li>
      ))}
    </ul>
  );
}
