import type { AgentSnapshot, ApiClient } from '@clawhold/client';
import type { Command } from 'commander';
import { connect } from '../connection/connect.ts';
import { drawDiff } from '../terminal/diff.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { wholeNumber } from '../terminal/whole-number.ts';
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

  agent
    .command('snapshot')
    .description('copy who the agent is and what it remembers, to go back to')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const { data } = await connect().api.POST('/agents/{agent}/snapshots', {
        params: { path: { agent: name } },
        body: { why: 'asked' },
      });
      if (data === undefined) return;
      session().output.result(
        data,
        () => `${drawSnapshot(data)}\nGo back to it: npx clawhold agent restore ${name} ${data.number}`,
      );
    });

  agent
    .command('snapshots')
    .description('the copies that there are')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const { data } = await connect().api.GET('/agents/{agent}/snapshots', { params: { path: { agent: name } } });
      const all = data?.snapshots ?? [];
      session().output.result(all, () => (all.length === 0 ? 'There is none.' : all.map(drawSnapshot).join('\n')));
    });

  agent
    .command('restore')
    .description('let who the agent is and what it remembers be as it was then')
    .argument('<name>', 'its name')
    .argument('<number>', 'of the snapshot')
    .action(async (name: string, number: string) => {
      const { data } = await connect().api.POST('/agents/{agent}/restore', {
        params: { path: { agent: name } },
        body: { snapshot: wholeNumber(number) },
      });
      if (data === undefined) return;
      const { restored, left } = data;
      session().output.result(data, () =>
        [
          `${name} is as it was at ${restored.time}.`,
          paint.quiet(`Take that back: npx clawhold agent restore ${name} ${left.number}`),
        ].join('\n'),
      );
    });
}

/** The page that an agent brings itself. */
export function addAgentUi(agent: Command, session: () => Session): void {
  agent
    .command('ui')
    .description('print a link to the page that an agent brings, in its open conversation, once, within two minutes')
    .argument('<name>', 'its name')
    .option('--close', 'end every session there instead')
    .action(async (name: string, { close }: { close?: true }) => {
      const { api } = connect();
      const params = { path: { agent: name } };
      if (close === true) {
        await api.POST('/agents/{agent}/control-ui/close', { params });
        return session().output.result({ closed: true }, () => `Nobody is signed in at the page of ${name}.`);
      }
      const { data } = await api.POST('/agents/{agent}/control-ui', { params });
      if (data !== undefined) session().output.result(data, () => data.link);
    });
}

function drawSnapshot({ number, time, why, files, bytes }: AgentSnapshot): string {
  const size = `${files} files, ${Math.ceil(bytes / 1_024)} KiB`;
  return `${paint.strong(String(number))}  ${time}  ${paint.quiet(`${why}  ${size}`)}`;
}
