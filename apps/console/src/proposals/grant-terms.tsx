import { useId } from 'react';
import { visible } from '../hostile-text/visible.ts';
import { useMessages } from '../language/language.tsx';

/** How far a yes to a rule reaches. */
export interface GrantTerms {
  readonly seconds: number;
  readonly uses: number;
  /** Null: every run of the agent. */
  readonly run: string | null;
}

const hour = 3_600;
const day = 24 * hour;
/** Up to the longest that the gateway grants. */
const offeredDays = [1, 7, 30, 90] as const;
/** The most that the gateway grants. */
const mostUses = 1_000_000;

/** What the gateway takes when nothing is said. */
export const firstTerms: GrantTerms = { seconds: 7 * day, uses: 20, run: null };

export function areTermsPossible({ uses }: GrantTerms): boolean {
  return Number.isInteger(uses) && uses >= 1 && uses <= mostUses;
}

interface GrantTermsFieldsProps {
  readonly terms: GrantTerms;
  readonly agent: string;
  /** Runs of which it can be granted to one alone. */
  readonly runs: readonly string[];
  readonly onChange: (terms: GrantTerms) => void;
}

const fieldLook = 'ml-1.5 rounded-md border border-line-strong bg-panel px-2 py-1';

export function GrantTermsFields({ terms, agent, runs, onChange }: GrantTermsFieldsProps) {
  const messages = useMessages();
  const id = useId();
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <span>
        <label htmlFor={`${id}-lasts`}>{messages.grantLasts}</label>
        <select
          id={`${id}-lasts`}
          value={terms.seconds}
          onChange={({ target }) => onChange({ ...terms, seconds: Number(target.value) })}
          className={fieldLook}
        >
          <option value={hour}>{messages.grantHour}</option>
          {offeredDays.map((days) => (
            <option key={days} value={days * day}>
              {messages.grantDays(days)}
            </option>
          ))}
        </select>
      </span>
      <span>
        <label htmlFor={`${id}-uses`}>{messages.grantUses}</label>
        <input
          id={`${id}-uses`}
          type="number"
          min={1}
          max={mostUses}
          value={Number.isNaN(terms.uses) ? '' : terms.uses}
          onChange={({ target }) => onChange({ ...terms, uses: target.valueAsNumber })}
          className={`${fieldLook} w-24`}
        />
      </span>
      <span>
        <label htmlFor={`${id}-run`}>{messages.grantFor}</label>
        <select
          id={`${id}-run`}
          value={terms.run ?? ''}
          onChange={({ target }) => onChange({ ...terms, run: target.value === '' ? null : target.value })}
          className={fieldLook}
        >
          <option value="">{messages.everyRun(visible(agent.slice(0, 80)))}</option>
          {runs.map((run) => (
            <option key={run}>{run}</option>
          ))}
        </select>
      </span>
    </span>
  );
}
