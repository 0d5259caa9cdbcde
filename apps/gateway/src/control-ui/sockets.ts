import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ControlUi } from '@clawhold/harness';
import { ClawholdError, limits } from '@clawhold/spec';
import { parse } from 'hono/utils/cookie';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ConversationService } from '../conversations/conversation-service.ts';
import type { RunService } from '../runs/run-service.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import { agentOfHost } from './address.ts';
import type { ControlUiService } from './control-ui-service.ts';
import { pageCookie } from './pages.ts';
import type { PageSession } from './sessions.ts';

export interface SocketParts {
  readonly service: ControlUiService;
  readonly conversations: Pick<ConversationService, 'say'>;
  readonly runs: Pick<RunService, 'stop'>;
  readonly supervisor: Pick<SupervisorClient, 'openControlUi' | 'tellControlUi'>;
  /** How the page of a conversation is read. */
  readonly uiOf: (session: PageSession) => Promise<ControlUi>;
  readonly port: () => number;
}

/** A page that does not take what it is sent is given up beyond so many bytes. */
const unsentBytes = 32 * 1024 ** 2;
/** Messages of a page that wait; beyond it is given up. */
const waitingMessages = 200;
/** Turns of which the page's own name is known; one is answered at a time. */
const namedTurns = 8;
const goingAway = 1001;
const policyViolation = 1008;

/** Takes the WebSockets of pages: from the page itself, of a person who is signed in there. */
export function controlUiSockets(parts: SocketParts) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.controlUiMessageBytes,
    perMessageDeflate: false,
  });
  return async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    socket.on('error', () => socket.destroy());
    const host = request.headers.host?.toLowerCase() ?? '';
    const agent = agentOfHost(host, parts.port());
    const { origin, cookie = '' } = request.headers;
    const site = request.headers['sec-fetch-site'];
    // A page of another site that opens a socket here is CVE-2026-25253.
    if (agent === undefined || origin !== `http://${host}` || (site !== undefined && site !== 'same-origin'))
      return refuse(socket);
    const session = await parts.service.check(parse(cookie, pageCookie)[pageCookie], agent);
    if (session === undefined) return refuse(socket);
    const ui = await parts.uiOf(session);
    server.handleUpgrade(request, socket, head, (page) => void serve(parts, session, ui, page));
  };
}

function refuse(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}

async function serve(parts: SocketParts, session: PageSession, ui: ControlUi, page: WebSocket): Promise<void> {
  const { supervisor } = parts;
  const { run } = session;
  const link = randomBytes(16).toString('hex');
  const gone = new AbortController();
  const end = AbortSignal.any([gone.signal, session.ended]);
  end.addEventListener('abort', () => page.close(goingAway, sayOver(session)));
  page.on('error', () => page.terminate());
  page.on('close', () => gone.abort());
  const turns = new PageTurns();
  const begun = Promise.withResolvers<void>();
  /** One message of the page after the other, once there is somebody who hears it. */
  let work: Promise<unknown> = begun.promise;
  let waiting = 0;

  const take = takerOf(parts, { session, ui, page, turns, link });
  page.on('message', (data) => {
    waiting += 1;
    if (waiting > waitingMessages) return page.close(policyViolation);
    work = work
      .then(() => (end.aborted ? undefined : take(String(data))))
      .catch((error: unknown) => {
        if (!(error instanceof ClawholdError)) console.error(error);
        page.close(goingAway, sayOver(session));
      })
      .finally(() => {
        waiting -= 1;
      });
  });
  try {
    for await (const { message } of supervisor.openControlUi({ run, link }, end)) {
      begun.resolve();
      await work; // how the page calls a turn is known before the turn is told
      if (page.bufferedAmount > unsentBytes) break;
      page.send(turns.named(message));
    }
  } catch (error) {
    if (!end.aborted && !(error instanceof ClawholdError)) console.error(error);
  } finally {
    gone.abort();
    begun.resolve();
    page.close(goingAway, sayOver(session));
  }
}

/** What a page calls the turns that it began: both names have only letters, digits, `_` and `-`. */
class PageTurns {
  readonly #names = new Map<string, string>();

  add(turn: string, name: string): void {
    this.#names.set(turn, name);
    const [oldest] = this.#names.keys();
    if (this.#names.size > namedTurns && oldest !== undefined) this.#names.delete(oldest);
  }

  named(message: string): string {
    let shown = message;
    for (const [turn, name] of this.#names) shown = shown.replaceAll(turn, name);
    return shown;
  }
}

/** The page shows it; at most 123 bytes fit. */
const sayOver = ({ agent }: PageSession): string =>
  `The conversation or your session is over. A new link: npx clawhold agent ui ${agent}`.slice(0, 123);

interface Visited {
  readonly session: PageSession;
  readonly ui: ControlUi;
  readonly page: WebSocket;
  readonly turns: PageTurns;
  readonly link: string;
}

/** Does what a message of the page asks for, or says why not. */
function takerOf(
  { supervisor, service, conversations, runs }: SocketParts,
  { session, ui, page, turns, link }: Visited,
) {
  const { run, person } = session;

  /** A refusal of the platform is told where the page asked. */
  async function answered(id: string, act: () => Promise<string>): Promise<void> {
    service.sessions.use(session);
    try {
      page.send(await act());
    } catch (error) {
      if (!(error instanceof ClawholdError)) throw error;
      page.send(ui.answer(id, { kind: 'refused', why: error.message }));
    }
  }

  return async (message: string): Promise<void> => {
    const asked = ui.read(message);
    switch (asked.kind) {
      case 'introduction':
      case 'harmless':
        await supervisor.tellControlUi({ run, link, message });
        return;
      case 'says':
        return answered(asked.id, async () => {
          turns.add(await conversations.say(run, asked.text, person), asked.turn);
          return ui.answer(asked.id, { kind: 'taken', turn: asked.turn });
        });
      case 'stops':
        return answered(asked.id, async () => {
          await runs.stop(run, person);
          return ui.answer(asked.id, { kind: 'stopped' });
        });
      case 'refused':
        if (!asked.isUsual) await service.refused(session, asked.method);
        if (asked.id === undefined) return page.close(policyViolation);
        return page.send(ui.answer(asked.id, { kind: 'refused', why: asked.why }));
      default:
        return asked satisfies never;
    }
  };
}
