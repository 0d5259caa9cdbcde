import type { Status } from '@clawhold/client';
import { Link } from '@tanstack/react-router';
import { useMessages } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import { Badge } from '../look/badge.tsx';
import { useOpenProposals } from '../proposals/queries.ts';
import { useIsOperator } from '../session/role.tsx';
import { ThemeSwitch } from '../theme/theme-switch.tsx';
import { isWithheld, useToolPins } from '../tools/queries.ts';
import { GatewayLost } from './gateway-lost.tsx';
import { Menu } from './menu.tsx';
import { SignOut } from './sign-out.tsx';
import { StopAll } from './stop-all.tsx';
import { useWaitingCount } from './waiting.ts';

const linkLook =
  'rounded-md px-2.5 py-1 font-medium text-ink-soft hover:text-ink aria-[current=page]:bg-accent-well aria-[current=page]:text-accent';

interface HeaderProps {
  readonly status: Status | undefined;
  /** When the gateway answered last, while it does not. */
  readonly lostSince: number | null;
}

export function Header({ status, lostSince }: HeaderProps) {
  const messages = useMessages();
  const waiting = useWaitingCount();
  const proposed = useOpenProposals().data?.length ?? 0;
  const withheld = useToolPins().data?.filter(isWithheld).length ?? 0;
  const isOperator = useIsOperator();
  return (
    <header className="sticky top-0 z-10 border-b border-line bg-panel">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2 sm:px-5">
        <Link to="/" className="flex items-center gap-2 font-semibold">
          <img src="/mark.svg" alt="" width="24" height="24" />
          Clawhold
        </Link>
        <nav
          aria-label={messages.navigation}
          className="order-last flex w-full flex-wrap items-center gap-1 md:order-none md:w-auto"
        >
          {isOperator && (
            <Link to="/" className={linkLook} activeOptions={{ exact: true }}>
              {messages.runs}
            </Link>
          )}
          <Link to="/approvals" className={`${linkLook} flex items-center gap-1.5`}>
            {messages.approvals}
            {waiting > 0 && <Badge tone="warn">{waiting}</Badge>}
          </Link>
          {isOperator && (
            <Link to="/proposals" className={`${linkLook} flex items-center gap-1.5`}>
              {messages.proposals}
              {proposed > 0 && <Badge tone="accent">{proposed}</Badge>}
            </Link>
          )}
          {isOperator && (
            <Link to="/tools" className={`${linkLook} flex items-center gap-1.5`}>
              {messages.tools}
              {withheld > 0 && <Badge tone="warn">{withheld}</Badge>}
            </Link>
          )}
          {isOperator && (
            <Link to="/ledger" className={linkLook}>
              {messages.ledger}
            </Link>
          )}
        </nav>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          {status !== undefined && <Tier tier={status.tier} />}
          {isOperator && <StopAll />}
          <Menu>
            <LanguageSwitch />
            <ThemeSwitch />
            <SignOut />
          </Menu>
        </div>
      </div>
      {lostSince !== null && <GatewayLost since={lostSince} />}
    </header>
  );
}

function Tier({ tier }: { readonly tier: string }) {
  const messages = useMessages();
  return (
    <span title={messages.tierMeaning(tier)}>
      <Badge tone={tier === 'same-user' ? 'warn' : 'calm'}>
        <span className="hidden md:inline">{messages.tier}:&nbsp;</span>
        {messages.tierName(tier)}
      </Badge>
    </span>
  );
}
