import type { ApiClient } from '@clawhold/client';
import type { Command } from 'commander';
import { connect } from '../connection/connect.ts';
import { drawDiff } from '../terminal/diff.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import type { Session } from './command.ts';

type Change = NonNullable<Awaited<ReturnType<typeof listChanges>>>[number];

async function listChanges(api: ApiClient, agent: string) {
  const { data } = await api.GET('/agents/{agent}/changes', { params: { path: { agent } } });
  return data?.changes;
}

/** Texts whole, as diffs; of everything else how many files it was, because nobody reads a database. */
function drawChange({ run, time, files }: Change): string {
  const read = files.flatMap(({ path, diff }) => (diff === null ? [] : [drawDiff(path, diff)]));
  const others = files.length - read.length;
  const more = others === 0 ? [] : [paint.quiet(`  and ${others} other files of its state`)];
  return [`${paint.strong(hostileLine(run))}  ${paint.quiet(time)}`, ...read, ...more].join('\n');
}

/** What an agent keeps from run to run. */
export function addAgentState(agent: Command, session: () => Session): void {
  agent
    .command('changes')
    .description('what its runs changed in who the agent is and what it remembers')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const changes = (await listChanges(connect().api, name)) ?? [];
      session().output.result(changes, () =>
        changes.length === 0 ? 'Nothing, or it keeps nothing.' : changes.map(drawChange).join('\n\n'),
      );
    });

  agent
    .command('undo')
    .description('take back the newest of these changes')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const { data } = await connect().api.POST('/agents/{agent}/undo', { params: { path: { agent: name } } });
      if (data === undefined) return;
      session().output.result(data, () => `Took back what ${data.run} made of ${name} (${data.files.length} files).`);
    });
}
