import type { Proposal } from '@clawhold/client';
import { useMessages } from '../language/language.tsx';
import { ProposedRule } from './proposed-rule.tsx';

/** The whole rule with its examples, folded away. */
export function RuleDetails({ proposal }: { readonly proposal: Proposal }) {
  const messages = useMessages();
  return (
    <details>
      <summary className="w-fit text-accent">{messages.ruleAndExamples}</summary>
      <div className="mt-2 flex flex-col gap-3">
        <ProposedRule proposal={proposal} />
      </div>
    </details>
  );
}
