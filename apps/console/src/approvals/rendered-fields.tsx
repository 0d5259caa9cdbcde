import type { Approval } from '@clawhold/client';
import { Marked } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Scroller } from '../look/scroller.tsx';

interface RenderedFieldsProps {
  /** The question: several have bodies, and each region needs a name of its own. */
  readonly of: string;
  readonly rendered: Approval['rendered'];
}

/** The rendering of the gateway, field by field, nothing left out: it is drawn from the bytes that are approved. */
export function RenderedFields({ of, rendered: { fields, body } }: RenderedFieldsProps) {
  const messages = useMessages();
  return (
    <>
      <dl className="grid items-baseline gap-x-4 gap-y-0.5 sm:grid-cols-[11rem_minmax(0,1fr)]">
        {fields.map(({ name, value, note }, index) => (
          // The fields of an action never change, and two headers may have one name.
          <div key={index} className="contents">
            <dt className="hostile text-ink-soft">
              <Marked shown={name} />
            </dt>
            <dd className="hostile min-w-0 pb-1 font-mono text-[0.8125rem] sm:pb-0">
              <Marked shown={value} />
              <Note text={note} />
            </dd>
          </div>
        ))}
      </dl>
      {body !== null && (
        <div>
          <h3 className="text-xs font-medium text-ink-soft">{messages.body}</h3>
          <Scroller label={`${messages.body} (${of})`} className="mt-1 max-h-96 rounded-md bg-well px-3 py-2">
            <pre className="hostile font-mono text-[0.8125rem] whitespace-pre-wrap">
              <Marked shown={body.text} />
            </pre>
          </Scroller>
          <Note text={body.note} />
        </div>
      )}
    </>
  );
}

function Note({ text }: { readonly text: string | null }) {
  if (text === null) return null;
  return (
    <span className="mt-0.5 block font-sans text-warn">
      ⚠ <Marked shown={text} />
    </span>
  );
}
