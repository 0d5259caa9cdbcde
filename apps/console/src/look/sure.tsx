import { useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { Button } from './button.tsx';

interface SureProps {
  readonly ask: string;
  readonly question: string;
  readonly yes: string;
  readonly onYes: () => void;
  readonly look?: 'main' | 'plain' | 'danger';
  readonly busy?: boolean;
  /** The side that stays in its place when the question makes it wider. Default: `start`. */
  readonly anchor?: 'start' | 'end';
}

/** A button that asks again before it does something. Where it stood stands "cancel" then, so a double click does nothing. */
export function Sure({ ask, question, yes, onYes, look = 'plain', busy = false, anchor = 'start' }: SureProps) {
  const messages = useMessages();
  const [asking, setAsking] = useState(false);
  if (!asking)
    return (
      <Button look={look} disabled={busy} onPress={() => setAsking(true)}>
        {ask}
      </Button>
    );
  const answer = (): void => {
    setAsking(false);
    onYes();
  };
  const cancel = <Button onPress={() => setAsking(false)}>{messages.cancel}</Button>;
  return (
    <fieldset aria-label={question} className="inline-flex flex-wrap items-center justify-end gap-2">
      {anchor === 'start' && cancel}
      <span role="status">{question}</span>
      <Button look={look === 'danger' ? 'alarm' : 'main'} onPress={answer}>
        {yes}
      </Button>
      {anchor === 'end' && cancel}
    </fieldset>
  );
}
