import { ClawholdError, endedRunStates, ledgerEvent, limits, type RunId } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { RunStore } from '../runs/run-store.ts';
import { controlUiHost } from './address.ts';
import { type PageSession, PageSessions, type PageVisit } from './sessions.ts';

/** Lets people in at the pages that agents bring. */
export interface ControlUiService {
  readonly sessions: PageSessions;
  /** A link that opens the page once. @throws ClawholdError `state_no_conversation`, `state_no_control_ui`. */
  link(agent: string, person: string, port: number): Promise<{ readonly link: string; readonly seconds: number }>;
  /** Ends every session at the page of this agent. */
  close(agent: string): void;
  /** Whose session it is, while its conversation goes on. */
  check(cookie: string | undefined, agent: string): Promise<PageSession | undefined>;
  opened(session: PageSession): Promise<void>;
  /** Writes down that something was refused; the same once. */
  refused(session: PageSession, what: string): Promise<void>;
}

export interface ControlUiParts {
  readonly store: Pick<RunStore, 'open' | 'read'>;
  readonly ledger: Recorder;
  /** @throws ClawholdError `state_no_control_ui` when its agent brings no page. */
  readonly uiOf: (visit: PageVisit) => Promise<unknown>;
  readonly now: () => number;
}

/** Different refusals of one session that are written down. */
const recordedRefusals = 20;

export function createControlUiService({ store, ledger, uiOf, now }: ControlUiParts): ControlUiService {
  const sessions = new PageSessions(now);
  const origin = ({ person, run }: PageVisit): { actor: string; run: RunId } => ({ actor: `person:${person}`, run });
  return {
    sessions,
    async link(agent, person, port) {
      const run = (await store.open()).find((one) => one.agent === agent && one.conversation);
      if (run === undefined)
        throw new ClawholdError('state_no_conversation', `There is no open conversation with ${agent}.`, {
          hint: `Begin one: npx clawhold chat ${agent}`,
        });
      const visit = { person, agent, run: run.id };
      await uiOf(visit);
      const host = controlUiHost(agent, port);
      if (host === undefined)
        throw new ClawholdError(
          'state_no_control_ui',
          `No host can be named after ${agent}, so its page has no address.`,
          {
            hint: `Talk to it in a terminal: npx clawhold chat ${agent}`,
          },
        );
      return { link: `http://${host}/#ticket=${sessions.newTicket(visit)}`, seconds: limits.controlUiTicketSeconds };
    },
    close: (agent) => sessions.end((visit) => visit.agent === agent),
    async check(cookie, agent) {
      const session = cookie === undefined ? undefined : sessions.check(cookie, agent);
      if (session === undefined) return undefined;
      const { state } = await store.read(session.run);
      if (!endedRunStates.includes(state)) return session;
      sessions.end((visit) => visit.run === session.run);
      return undefined;
    },
    async opened(session) {
      const { agent, person: by } = session;
      await ledger.append([ledgerEvent('control_ui.opened', { agent, by }, origin(session))]);
    },
    async refused(session, what) {
      if (session.refused.has(what) || session.refused.size >= recordedRefusals) return;
      session.refused.add(what);
      const { agent, person: by } = session;
      await ledger.append([ledgerEvent('control_ui.refused', { agent, by, what }, origin(session))]);
    },
  };
}
