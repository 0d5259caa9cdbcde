import { Link, useParams } from '@tanstack/react-router';
import { useMessages } from '../language/language.tsx';
import { useIsOperator } from '../session/role.tsx';

/** Leads to a run from what it asks; on its own page there is nowhere to go. */
export function OpenRunLink({ run }: { readonly run: string }) {
  const messages = useMessages();
  const isOperator = useIsOperator();
  const { run: here } = useParams({ strict: false });
  if (run === here || !isOperator) return null;
  return (
    <Link to="/runs/$run" params={{ run }} search={{}} className="ml-auto text-accent hover:underline">
      {messages.openRun}
    </Link>
  );
}
