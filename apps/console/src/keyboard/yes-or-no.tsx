import { type ReactNode, useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { useShortcut } from './shortcut.ts';

interface YesOrNoProps {
  /** Whether the keys are about this question. */
  readonly selected: boolean;
  readonly busy: boolean;
  readonly ask: string;
  /** What the yes leads to. */
  readonly sure: string;
  readonly yes: string;
  /** Without it there is nothing to say no to. */
  readonly no?: string;
  /** Whether a yes can be given at all. Default: true. */
  readonly mayAsk?: boolean;
  /** Whether it can be given as the fields stand. Default: true. */
  readonly mayAnswer?: boolean;
  readonly onYes: () => void;
  readonly onNo?: () => void;
  /** Fields that belong to a yes. */
  readonly children?: ReactNode;
}

/** No takes one key. Yes takes two different ones: `a` asks, `y` answers. */
export function YesOrNo(props: YesOrNoProps) {
  const { selected, busy, ask, sure, yes, no, mayAsk = true, mayAnswer = true, onYes, onNo, children } = props;
  const messages = useMessages();
  const [asked, setAsked] = useState(false);
  const asking = asked && mayAsk;
  useShortcut('a', () => {
    if (selected && mayAsk && !busy) setAsked(true);
  });
  useShortcut('y', () => {
    if (selected && asking && mayAnswer && !busy) onYes();
  });
  useShortcut('d', () => {
    if (selected && !busy) onNo?.();
  });
  useShortcut('Escape', () => setAsked(false));
  return (
    <>
      {asking ? (
        // "Cancel" stands where the question stood: a double click says nothing.
        <Button onPress={() => setAsked(false)}>{messages.cancel}</Button>
      ) : (
        <Button look="main" shortcut="a" disabled={busy || !mayAsk} onPress={() => setAsked(true)}>
          {ask}
        </Button>
      )}
      {onNo !== undefined && (
        <Button look="danger" shortcut="d" disabled={busy} onPress={onNo}>
          {no}
        </Button>
      )}
      {asking && children}
      {asking && (
        <span role="status" className="flex flex-wrap items-center gap-2 border-l-2 border-accent pl-3">
          {sure}
          <Button look="main" shortcut="y" disabled={busy || !mayAnswer} onPress={onYes}>
            {yes}
          </Button>
        </span>
      )}
    </>
  );
}
