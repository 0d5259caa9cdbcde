import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RunningCommand } from '@clawhold/sandbox';
import { ClawholdError, limits, type RunId } from '@clawhold/spec';
import type { FindInstallation } from '../agents/installations.ts';
import { LineTooLong, programLines } from '../programs/program-lines.ts';
import type { Conversations, PageDoor } from './conversation.ts';
import { callPort, longestMessage } from './wire-link.ts';

/** Pages of agents' own, each over a connection that it shares with nobody. */
export interface ControlUis {
  /** What a page gets, until it (`gone`) or the agent goes. @throws ClawholdError `state_no_conversation`, `state_no_control_ui`. */
  open(run: RunId, link: string, gone: AbortSignal): AsyncGenerator<{ readonly message: string }>;
  /** @throws ClawholdError as above, `auth_control_ui` for what a page may not ask. */
  tell(run: RunId, link: string, message: string): Promise<void>;
  /** A file as it was installed, which no sandbox can change. */
  read(run: RunId, path: string): Promise<Buffer | undefined>;
}

export function createControlUis(conversations: Conversations, installationOf: FindInstallation): ControlUis {
  const links = new Map<string, { readonly run: RunId; readonly door: PageDoor; readonly program: RunningCommand }>();

  function doorOf(run: RunId): PageDoor {
    const { door } = conversations.get(run);
    if (door === undefined) throw notThere('This agent brings no page of its own.');
    return door;
  }

  return {
    async *open(run, link, gone) {
      const door = doorOf(run);
      if (links.has(link) || [...links.values()].filter((one) => one.run === run).length >= limits.controlUiLinks)
        throw notThere('The page of this agent is open too often.');
      if (gone.aborted) return;
      const program = callPort(door.sandbox, door.port);
      links.set(link, { run, door, program });
      // An agent that says nothing would hold it open.
      gone.addEventListener('abort', () => program.kill());
      try {
        for await (const line of programLines(program, longestMessage)) {
          const message = door.ui.show(line, door.secret);
          if (message !== undefined) yield { message };
        }
      } catch (error) {
        if (!(error instanceof LineTooLong)) throw error;
      } finally {
        links.delete(link);
        program.kill();
      }
    },
    async tell(run, link, message) {
      const open = links.get(link);
      if (open?.run !== run) throw notThere('This connection of the page is over.');
      const { door, program } = open;
      const asked = door.ui.read(message);
      switch (asked.kind) {
        case 'introduction':
          return program.write(`${door.ui.introduce(asked.id, door.secret)}\n`);
        case 'harmless':
          return program.write(`${asked.message}\n`);
        default:
          throw new ClawholdError('auth_control_ui', 'The page may not ask its agent for this.', { status: 403 });
      }
    },
    async read(run, path) {
      const { ui } = doorOf(run);
      const [installed] = await installationOf(run);
      if (installed === undefined) return undefined;
      try {
        const folder = await realpath(join(installed.source, ui.folder));
        const file = await realpath(join(folder, path));
        return file.startsWith(folder + sep) ? await readFile(file) : undefined;
      } catch {
        return undefined; // there is none
      }
    },
  };
}

function notThere(what: string): ClawholdError {
  return new ClawholdError('state_no_control_ui', what, {
    hint: 'Talk to it in a terminal: npx clawhold chat <agent>',
  });
}
