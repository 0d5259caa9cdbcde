import { HostileText } from '../hostile-text/hostile-text.tsx';

interface ArgumentListProps {
  readonly values: Readonly<Record<string, unknown>>;
  /** Shown when there are none. */
  readonly fallback: string;
}

/** The arguments of a call, by name; each at first only as far as a person reads at a glance. */
export function ArgumentList({ values, fallback }: ArgumentListProps) {
  const entries = Object.entries(values);
  if (entries.length === 0) return fallback === '' ? null : <HostileText text={fallback} />;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="max-w-40 text-ink-soft">
            <HostileText text={name} first={60} />
          </dt>
          <dd className="min-w-0">
            <HostileText text={typeof value === 'string' ? value : JSON.stringify(value)} as="code" first={600} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
