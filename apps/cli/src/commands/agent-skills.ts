import type { AgentSkill, ApiClient, ReadSkill } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import type { Command } from 'commander';
import { connect } from '../connection/connect.ts';
import { hostileBlock, hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import type { Session } from './command.ts';

/** Lines of a file of a skill that are shown; `--json` has all of them. */
const shownLines = 400;

const states = {
  held: 'held back',
  released: 'released',
  changed: 'held back: its files are others than those that were released',
} as const satisfies Record<AgentSkill['state'], string>;

/** The skills of an agent, and a person's word about each. */
export function addAgentSkills(agent: Command, session: () => Session): void {
  agent
    .command('skills')
    .description('the skills that it came with; with the name of one: what is in it')
    .argument('<name>', 'its name')
    .argument('[skill]', 'the name of a skill')
    .action(async (name: string, skill: string | undefined) => {
      const { api } = connect();
      if (skill === undefined) {
        const { data } = await api.GET('/agents/{agent}/skills', { params: { path: { agent: name } } });
        const skills = data?.skills ?? [];
        session().output.result(skills, () =>
          skills.length === 0 ? 'It has none.' : skills.map(drawSkill).join('\n'),
        );
        return;
      }
      const found = await read(api, name, skill);
      session().output.result(found, () => drawContent(name, found));
    });

  agent
    .command('release')
    .description('show a skill to its runs, as it is now; read it before: agent skills NAME SKILL')
    .argument('<name>', 'its name')
    .argument('<skill>', 'the name of the skill')
    .option('--digest <digest>', 'only if it is still the one with this digest')
    .action(async (name: string, skill: string, options: { readonly digest?: string }) => {
      const { api } = connect();
      const digest = options.digest ?? (await read(api, name, skill)).digest;
      const { data } = await api.POST('/agents/{agent}/skills/{skill}/release', {
        params: { path: { agent: name, skill } },
        body: { digest },
      });
      if (data === undefined) return;
      session().output.result(data, () =>
        [
          drawSkill(data),
          paint.quiet(
            `Runs of ${name} that begin from now on have it. Hold it back again: npx clawhold agent hold ${name} ${skill}`,
          ),
        ].join('\n'),
      );
    });

  agent
    .command('hold')
    .description('hold a skill back again; runs that began keep it until they end')
    .argument('<name>', 'its name')
    .argument('<skill>', 'the name of the skill')
    .action(async (name: string, skill: string) => {
      const { data } = await connect().api.POST('/agents/{agent}/skills/{skill}/hold', {
        params: { path: { agent: name, skill } },
      });
      if (data !== undefined) session().output.result(data, () => drawSkill(data));
    });
}

async function read(api: ApiClient, agent: string, skill: string): Promise<ReadSkill> {
  const { data } = await api.GET('/agents/{agent}/skills/{skill}', { params: { path: { agent, skill } } });
  if (data === undefined) throw new ClawholdError('state_no_such_skill', `${agent} has no skill "${skill}".`);
  return data;
}

function drawSkill({ skill, state, description, files }: AgentSkill): string {
  const programs = files.filter(({ isProgram }) => isProgram).length;
  const size = `${files.length} ${files.length === 1 ? 'file' : 'files'}${programs === 0 ? '' : `, ${programs} of them programs`}`;
  return `${paint.strong(skill)}  ${states[state]}  ${paint.quiet(`${size}  ${hostileLine(description)}`)}`;
}

function drawContent(agent: string, skill: ReadSkill): string {
  const texts = skill.texts.map(({ path, text }) => {
    const { isProgram = false, bytes = 0 } = skill.files.find((file) => file.path === path) ?? {};
    const title = `${paint.strong(hostileLine(path))}  ${paint.quiet(`${bytes} bytes${isProgram ? ', a program' : ''}`)}`;
    return `${title}\n${text === null ? '    (no text, or too long to read here)' : hostileBlock(text, '    ', shownLines)}`;
  });
  const next =
    skill.state === 'released'
      ? []
      : [paint.quiet(`Release it: npx clawhold agent release ${agent} ${skill.skill} --digest ${skill.digest}`)];
  return [drawSkill(skill), ...texts, ...next].join('\n\n');
}
