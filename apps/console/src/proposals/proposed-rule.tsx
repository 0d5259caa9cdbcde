import type { Proposal } from '@clawhold/client';
import type { ReactNode } from 'react';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Scroller } from '../look/scroller.tsx';

/** More than a narrow rule has: it is read whole before it is accepted. */
const ruleCharacters = 20_000;

/** What would pass, the rule that lets it, all that this opens by example, and what the examples may not cover. */
export function ProposedRule({ proposal: { id, tried, policy, opens, limits } }: { readonly proposal: Proposal }) {
  const messages = useMessages();
  return (
    <>
      <Part of={id} title={messages.wouldPass}>
        <ul className="list-disc pl-5 font-mono text-[0.8125rem]">
          {tried.map((what) => (
            <li key={what}>
              <HostileText text={what} />
            </li>
          ))}
        </ul>
      </Part>
      <Part of={id} title={messages.proposedRule}>
        <HostileText text={JSON.stringify(policy, null, 2)} as="code" first={ruleCharacters} />
      </Part>
      <Part of={id} title={messages.opens}>
        {opens.length === 0 && <p>{messages.opensNothing}</p>}
        <ul className="list-disc pl-5">
          {opens.map(({ what, before, after, alike }) => (
            <li key={what}>
              <span className="font-mono text-[0.8125rem]">
                <HostileText text={what} />
              </span>{' '}
              <span className="text-ink-soft">
                ({messages.openness(before, after)}
                {alike > 1 && `; ${messages.opensAlike(alike)}`})
              </span>
            </li>
          ))}
        </ul>
        {limits.map((sentence) => (
          <p key={sentence} className="text-warn">
            ⚠ <HostileText text={sentence} />
          </p>
        ))}
      </Part>
    </>
  );
}

interface PartProps {
  /** The proposal: several have parts of the same title, and each region needs a name of its own. */
  readonly of: string;
  readonly title: string;
  readonly children: ReactNode;
}

function Part({ of, title, children }: PartProps) {
  return (
    <div>
      <h3 className="text-xs font-medium text-ink-soft">{title}</h3>
      <Scroller label={`${title} (${of})`} className="mt-1 max-h-96 rounded-md bg-well px-3 py-2">
        {children}
      </Scroller>
    </div>
  );
}
