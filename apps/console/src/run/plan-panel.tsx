import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Panel } from '../look/panel.tsx';
import type { Plan } from './story.ts';

const signs: Readonly<Record<Plan[number]['state'], string>> = { open: '○', active: '◉', done: '✓', dropped: '–' };

/** The plan as the agent last told it. Its own words: not a promise of ours. */
export function PlanPanel({ plan }: { readonly plan: Plan }) {
  const messages = useMessages();
  return (
    <Panel title={messages.plan}>
      {plan.length === 0 ? (
        <p className="px-4 py-3 text-ink-soft">{messages.noPlan}</p>
      ) : (
        <ol className="flex flex-col gap-1.5 px-4 py-3">
          {plan.map(({ title, state }, index) => (
            // A plan is replaced whole, and two of its items may be called the same.
            <li key={index} className="flex gap-2">
              <span aria-hidden="true" className={state === 'active' ? 'text-accent' : 'text-ink-soft'}>
                {signs[state]}
              </span>
              <span className="sr-only">{messages.planState[state]}: </span>
              <span
                className={`min-w-0 ${state === 'active' ? 'font-medium' : ''} ${state === 'done' || state === 'dropped' ? 'text-ink-soft' : ''} ${state === 'dropped' ? 'line-through' : ''}`}
              >
                <HostileText text={title} first={300} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
