import { Outlet } from '@tanstack/react-router';
import { useRef } from 'react';
import { useLostSince } from '../api/reachable.ts';
import { ApprovalsPage } from '../approvals/approvals-page.tsx';
import { Shortcuts } from '../keyboard/shortcuts-dialog.tsx';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';
import { useIsOperator } from '../session/role.tsx';
import { Header } from './header.tsx';
import { usePageStart } from './page-start.ts';
import { isSupervisorLost, useStatus } from './status.ts';

/** The frame around every page. What agents wrote is drawn inside `main` only, below the frame. */
export function Shell() {
  const messages = useMessages();
  const isOperator = useIsOperator();
  const status = useStatus();
  const lostSince = useLostSince();
  const main = useRef<HTMLElement>(null);
  usePageStart(main);
  return (
    <>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-panel focus:p-2">
        {messages.skip}
      </a>
      <Header status={status.data} lostSince={lostSince} />
      <main
        ref={main}
        id="content"
        tabIndex={-1}
        className={`stage mx-auto max-w-7xl p-3 outline-none sm:p-5 ${lostSince === null ? '' : 'stale'}`}
      >
        {lostSince === null && status.data !== undefined && isSupervisorLost(status.data) && (
          <div className="mb-4 text-base font-semibold">
            <Notice tone="bad">{messages.supervisorLost}</Notice>
          </div>
        )}
        {isOperator ? <Outlet /> : <ApprovalsPage />}
      </main>
      <Shortcuts />
    </>
  );
}
