import { Link } from '@tanstack/react-router';
import { useMessages } from '../language/language.tsx';
import { proposalStates } from './proposal-view.ts';
import type { ProposalState } from './queries.ts';

/** One chip for each state of a proposal; each is an address of its own. */
export function StateFilter({ chosen }: { readonly chosen: ProposalState }) {
  const messages = useMessages();
  return (
    <nav aria-label={messages.proposalStates} className="flex flex-wrap gap-2">
      {proposalStates.map((state) => (
        <Link
          key={state}
          to="/proposals"
          search={state === 'open' ? {} : { state }}
          replace
          activeOptions={{ exact: true, includeSearch: true }}
          className={`rounded-full border px-3 py-1 text-xs font-medium ${state === chosen ? 'border-accent bg-accent-well text-accent' : 'border-line bg-panel text-ink-soft hover:border-line-strong hover:text-ink'}`}
        >
          {messages.proposalState[state]}
        </Link>
      ))}
    </nav>
  );
}
