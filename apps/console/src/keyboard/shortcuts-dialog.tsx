import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useMessages } from '../language/language.tsx';
import { Button, Key } from '../look/button.tsx';
import { useShortcut } from './shortcut.ts';

/** The keys that work on every page, and the list of all of them. */
export function Shortcuts() {
  const messages = useMessages();
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  useShortcut('?', () => dialog.current?.showModal());
  useShortcut('r', () => void navigate({ to: '/' }));
  useShortcut('q', () => void navigate({ to: '/approvals' }));
  useShortcut('p', () => void navigate({ to: '/proposals' }));
  useShortcut('t', () => void navigate({ to: '/tools' }));
  useShortcut('l', () => void navigate({ to: '/ledger' }));
  const rows: readonly (readonly [string, string])[] = [
    ['?', messages.shortcutHelp],
    ['j', messages.shortcutDown],
    ['k', messages.shortcutUp],
    ['o', messages.shortcutOpen],
    ['n', messages.shortcutNew],
    ['r', messages.shortcutRuns],
    ['q', messages.shortcutApprovals],
    ['p', messages.shortcutProposals],
    ['t', messages.shortcutTools],
    ['l', messages.shortcutLedger],
    ['1 2 3', messages.shortcutViews],
    ['a', messages.shortcutApprove],
    ['y', messages.shortcutYes],
    ['d', messages.shortcutDeny],
  ];
  return (
    <dialog
      ref={dialog}
      aria-label={messages.shortcuts}
      className="m-auto w-96 max-w-full rounded-lg border border-line bg-panel p-4 text-ink backdrop:bg-black/50"
    >
      <h2 className="mb-3 font-semibold">{messages.shortcuts}</h2>
      <dl className="mb-4 grid grid-cols-[4rem_1fr] gap-x-3 gap-y-1.5">
        {rows.map(([keys, meaning]) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(' ').map((key) => (
                <Key key={key} name={key} />
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Button onPress={() => dialog.current?.close()}>{messages.close}</Button>
    </dialog>
  );
}
