import { Link } from '@tanstack/react-router';

export function RunLinks({ runs }: { readonly runs: readonly string[] }) {
  return runs.map((run) => (
    <Link
      key={run}
      to="/runs/$run"
      params={{ run }}
      search={{}}
      className="font-mono text-xs text-accent underline-offset-2 hover:underline"
    >
      {run}
    </Link>
  ));
}
