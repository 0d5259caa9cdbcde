import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { ApprovalsPage } from '../approvals/approvals-page.tsx';
import { LedgerPage } from '../ledger/ledger-page.tsx';
import { readProposalView } from '../proposals/proposal-view.ts';
import { ProposalsPage } from '../proposals/proposals-page.tsx';
import { RunPage } from '../run/run-page.tsx';
import { readRunView } from '../run/run-view.ts';
import { RunsPage } from '../runs/runs-page.tsx';
import { ToolsPage } from '../tools/tools-page.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: RunsPage });
const runs = createRoute({ getParentRoute: () => root, path: '/', component: RunsPage });
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$run',
  validateSearch: readRunView,
  component: () => (
    <RunPage key={run.useParams().run} id={run.useParams().run} view={run.useSearch().view ?? 'activity'} />
  ),
});
const approvals = createRoute({ getParentRoute: () => root, path: '/approvals', component: ApprovalsPage });
const proposals = createRoute({
  getParentRoute: () => root,
  path: '/proposals',
  validateSearch: readProposalView,
  component: () => <ProposalsPage state={proposals.useSearch().state ?? 'open'} />,
});
const tools = createRoute({ getParentRoute: () => root, path: '/tools', component: ToolsPage });
const ledger = createRoute({ getParentRoute: () => root, path: '/ledger', component: LedgerPage });

export const router = createRouter({ routeTree: root.addChildren([runs, run, approvals, proposals, tools, ledger]) });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
