import type { ApiClient } from '@clawhold/client';
import { installedHarnesses, isInstalled } from '@clawhold/harness/installation';
import { ClawholdError } from '@clawhold/spec/error';
import { Option } from 'commander';
import {
  type AgentFiles,
  agentFiles,
  changeInstallation,
  readIfThere,
  removeAgent,
  writeAgent,
} from '../agents/agent-files.ts';
import { installHarness } from '../agents/install-harness.ts';
import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { addAgentSkills } from './agent-skills.ts';
import { addAgentState, addAgentUi } from './agent-state.ts';
import type { AddCommand } from './command.ts';

/** What was written takes effect. */
async function reload(api: ApiClient): Promise<void> {
  await api.POST('/policies/reload');
}

/** A copy of what the agent keeps, when there is another version to come; undefined when there is nothing to copy. */
async function snapshotBefore(api: ApiClient, { manifest }: AgentFiles, name: string, newest: string) {
  if ((await readIfThere(manifest))?.includes(`installed: ${newest}\n`) === true) return undefined;
  const { data } = await api.POST('/agents/{agent}/snapshots', {
    params: { path: { agent: name } },
    body: { why: 'before an upgrade' },
  });
  return data;
}

export const addAgent: AddCommand = (program, session) => {
  const agent = program
    .command('agent')
    .description('third-party agents: create, list, show, upgrade, ui, changes, undo, snapshot, restore, remove');

  agent
    .command('create')
    .description('install a third-party agent and write what it is and what it may do')
    .argument('<name>', 'what to call it: lower-case letters, digits and hyphens')
    .argument('[command...]', 'with --harness command or acp, behind "--": the program and its arguments')
    .addOption(
      new Option('--harness <kind>', 'what kind of agent it is')
        .choices(['command', 'acp', ...installedHarnesses])
        .makeOptionMandatory(),
    )
    .option('-m, --model <name>', 'provider/model; default: the installation’s')
    .action(async (name: string, command: string[], { harness, model }: { harness: string; model?: string }) => {
      const { api, home } = connect();
      const files = agentFiles(home, name);
      if (isInstalled(harness) === command.length > 0)
        throw new ClawholdError(
          'input_command',
          isInstalled(harness) ? `${harness} brings its own program.` : `The harness "${harness}" needs a program.`,
          {
            hint: 'Like this: agent create <name> --harness command -- <program> [arguments], or acp in place of command',
          },
        );
      const what = isInstalled(harness) ? { installed: await installHarness(harness, home, session()) } : { command };
      await writeAgent(files, { name, harness, program: what, model });
      await reload(api);
      session().output.result({ name, harness, ...files }, () =>
        [
          `${paint.good(name)} is there. Give it something to do: npx clawhold run "<task>" --agent ${name}`,
          paint.quiet(`  what it is      ${files.manifest}`),
          paint.quiet(`  what it may do  ${files.policy}`),
        ].join('\n'),
      );
    });

  agent
    .command('list', { isDefault: true })
    .description('list the third-party agents')
    .action(async () => {
      const { data } = await connect().api.GET('/agents');
      const all = (data?.agents ?? []).filter(({ harness, file }) => harness !== null || file !== null);
      session().output.result(all, () =>
        all.length === 0
          ? 'There is none. Make one with: npx clawhold agent create NAME --harness claude-code'
          : table(
              all.map(({ name, harness, model, problem }) => [
                problem === null ? paint.strong(name) : paint.bad(name),
                harness ?? '',
                model ?? paint.quiet('default'),
                paint.bad(hostileLine(problem ?? '', 200)),
              ]),
            ),
      );
    });

  agent
    .command('show')
    .description('show what an agent is and what it may do')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const files = agentFiles(connect().home, name);
      const [manifest, policy] = [await readIfThere(files.manifest), await readIfThere(files.policy)];
      if (manifest === undefined) throw unknown(name);
      session().output.result({ name, manifest, policy: policy ?? null }, () =>
        [paint.quiet(files.manifest), manifest, paint.quiet(files.policy), policy ?? 'It has no policy.\n'].join('\n'),
      );
    });

  agent
    .command('upgrade')
    .description('install the version that this Clawhold ships, and let the agent have it from its next run on')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const { api, home } = connect();
      const files = agentFiles(home, name);
      const harness = /^harness: *(\S+) *$/m.exec((await readIfThere(files.manifest)) ?? '')?.[1];
      if (harness === undefined) throw unknown(name);
      if (!isInstalled(harness))
        throw new ClawholdError(
          'input_agent_own_program',
          `${name} has a program of its own, which you upgrade yourself.`,
        );
      const newest = await installHarness(harness, home, session());
      // What the new version makes of what the old one kept, nobody knows beforehand.
      const left = await snapshotBefore(api, files, name, newest);
      const { before, after } = await changeInstallation(files, newest);
      await reload(api);
      session().output.result({ name, changed: before !== after, snapshot: left?.number ?? null }, () =>
        [
          before === after ? `${name} has it already.` : `${name} has it from its next run on.`,
          ...(left === undefined
            ? []
            : [paint.quiet(`What it kept until now: npx clawhold agent restore ${name} ${left.number}`)]),
        ].join('\n'),
      );
    });

  addAgentState(agent, session);
  addAgentUi(agent, session);
  addAgentSkills(agent, session);

  agent
    .command('remove')
    .description('remove what an agent is and what it may do; its runs stay')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const { api, home } = connect();
      const files = agentFiles(home, name);
      if ((await readIfThere(files.manifest)) === undefined) throw unknown(name);
      await removeAgent(files);
      await reload(api);
      session().output.result({ name }, () => `${name} is gone.`);
    });
};

function unknown(name: string): ClawholdError {
  return new ClawholdError('input_unknown_agent', `There is no agent "${name}" that has a manifest.`, {
    hint: 'See those there are with: npx clawhold agents',
  });
}
