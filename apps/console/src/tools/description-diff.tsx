import type { ToolPin } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Scroller } from '../look/scroller.tsx';
import { changedPart } from './changed-part.ts';

interface DescriptionDiffProps {
  /** The tool: several have parts of the same title, and each region needs a name of its own. */
  readonly of: string;
  readonly pin: ToolPin;
}

/** So much of what stayed as it was stands around what changed, in UTF-16 code units. */
const around = 300;
/** A schema that is longer is shown piece by piece. */
const wholeCharacters = 20_000;

/** What a server says of a tool, key by key: what changed with what stood there before, and then all of it. */
export function DescriptionDiff({ of, pin: { pinned, waiting } }: DescriptionDiffProps) {
  const messages = useMessages();
  const [before, after] = [pinned?.description ?? {}, (waiting ?? pinned)?.description ?? {}];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => textOf(before[key]) !== textOf(after[key]));
  return (
    <>
      {pinned !== null &&
        changed.map((key) => (
          <div key={key}>
            <h3 className="hostile text-xs font-medium text-ink-soft">
              <HostileText text={key} first={80} />
            </h3>
            <ChangedText before={textOf(before[key])} after={textOf(after[key])} />
          </div>
        ))}
      <details open={pinned === null}>
        <summary className="w-fit text-accent">{messages.toolWhole}</summary>
        <WholeDescription of={of} description={after} />
      </details>
    </>
  );
}

interface WholeDescriptionProps {
  readonly of: string;
  readonly description: Readonly<Record<string, unknown>>;
}

export function WholeDescription({ of, description }: WholeDescriptionProps) {
  const messages = useMessages();
  return (
    <Scroller label={`${messages.toolWhole} (${of})`} className="mt-1 max-h-96 rounded-md bg-well px-3 py-2">
      <HostileText text={JSON.stringify(description, null, 2)} as="code" first={wholeCharacters} />
    </Scroller>
  );
}

function ChangedText({ before, after }: { readonly before: string; readonly after: string }) {
  const { head, before: gone, after: come, tail } = changedPart(before, after);
  return (
    <p className="rounded-md bg-well px-3 py-2 font-mono text-[0.8125rem]">
      {head.length > around && '… '}
      <HostileText text={head.slice(-around)} as="flowing" />
      {gone !== '' && (
        <del className="rounded-sm bg-bad-well text-bad">
          <HostileText text={gone} as="flowing" />
        </del>
      )}
      {come !== '' && (
        <ins className="rounded-sm bg-good-well text-good">
          <HostileText text={come} as="flowing" />
        </ins>
      )}
      <HostileText text={tail.slice(0, around)} as="flowing" />
      {tail.length > around && ' …'}
    </p>
  );
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
