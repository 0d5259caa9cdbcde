import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import type { Tone } from '../look/tone.ts';
import type { Decision } from './story.ts';

export const decisionTones: Readonly<Record<Decision['decision']['kind'], Tone>> = {
  allow: 'good',
  ask: 'warn',
  deny: 'bad',
};

const edges: Readonly<Record<Decision['decision']['kind'], string>> = {
  allow: 'border-good',
  ask: 'border-warn',
  deny: 'border-bad',
};

/** What the policy said about something that was tried, and why. A plain yes takes one quiet line. */
export function DecisionView({ decision: { what, decision } }: { readonly decision: Decision }) {
  const messages = useMessages();
  const reasons = [...new Set(decision.reasons.map(({ text }) => text))];
  const plain = decision.kind === 'allow';
  return (
    <div
      className={`flex gap-1 border-l-2 pl-3 ${edges[decision.kind]} ${plain ? 'flex-wrap items-center gap-x-2 text-xs text-ink-soft' : 'flex-col'}`}
    >
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={decisionTones[decision.kind]}>{messages.decision[decision.kind]}</Badge>
        <span className={`min-w-0 font-mono ${plain ? '' : 'text-[0.8125rem]'}`}>
          <HostileText text={what} first={300} />
        </span>
      </p>
      {reasons.map((text) => (
        <p key={text}>
          <HostileText text={text} />
        </p>
      ))}
      {(decision.rules.length > 0 || !plain) && <Rules rules={decision.rules} />}
    </div>
  );
}

function Rules({ rules }: { readonly rules: Decision['decision']['rules'] }) {
  const messages = useMessages();
  return (
    <p className="text-xs text-ink-soft">
      {messages.rules}:{' '}
      {rules.length === 0
        ? messages.noRule
        : rules.map(({ layer, path }) => (
            <span key={`${layer} ${path}`} className="mr-2 font-mono">
              <HostileText text={`${layer}: ${path}`} first={200} />
            </span>
          ))}
    </p>
  );
}
