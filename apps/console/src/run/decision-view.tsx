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

/** What the policy said about something that was tried, and why. */
export function DecisionView({ decision: { what, decision } }: { readonly decision: Decision }) {
  const messages = useMessages();
  return (
    <div className={`flex flex-col gap-1 border-l-2 pl-3 ${edges[decision.kind]}`}>
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={decisionTones[decision.kind]}>{messages.decision[decision.kind]}</Badge>
        <span className="min-w-0 font-mono text-[0.8125rem]">
          <HostileText text={what} first={300} />
        </span>
      </p>
      {[...new Set(decision.reasons.map(({ text }) => text))].map((text) => (
        <p key={text}>
          <HostileText text={text} />
        </p>
      ))}
      <p className="text-xs text-ink-soft">
        {messages.rules}:{' '}
        {decision.rules.length === 0
          ? messages.noRule
          : decision.rules.map(({ layer, path }) => (
              <span key={`${layer} ${path}`} className="mr-2 font-mono">
                <HostileText text={`${layer}: ${path}`} first={200} />
              </span>
            ))}
      </p>
    </div>
  );
}
