import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSkillHead, skillsFolder } from '@clawhold/harness';
import {
  type AgentSkill,
  ClawholdError,
  digestSchema,
  type ReadSkill,
  type RunId,
  skillNameSchema,
} from '@clawhold/spec';
import { z } from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { inTurn } from '../order/in-turn.ts';
import { runFolder } from '../runs/run-folder.ts';
import { digestOf, readSkillFiles, type SkillFile, writeSkillFiles } from './skill-files.ts';

/** A file that is longer is listed, and not shown. */
const shownBytes = 64 * 1_024;

/** Which skills a person released, and what was in them then. */
const releasesSchema = z.record(skillNameSchema, digestSchema);
type Releases = Readonly<Record<string, string>>;

/** The skills of agents: held where no sandbox sees them, and shown to runs once a person released them. */
export interface AgentSkills {
  /** By name. */
  list(agent: string): Promise<readonly AgentSkill[]>;
  /** @throws ClawholdError `state_no_such_skill`. */
  read(agent: string, skill: string): Promise<ReadSkill>;
  /**
   * Shows a skill to the runs that begin from now on.
   *
   * @param digest of what the person saw. @throws ClawholdError `state_no_such_skill`; `state_skill_differs` when it is another one.
   */
  release(agent: string, skill: string, digest: string): Promise<AgentSkill>;
  /** Takes it back; runs that began have it until they end. @throws ClawholdError `state_no_such_skill`. */
  hold(agent: string, skill: string): Promise<AgentSkill>;
  /** Those that are released, as they were when the run began. */
  forRun: FindSkills;
}

/** What a run of an agent gets of its skills. */
export type FindSkills = (agent: string, run: RunId) => Promise<RunSkills>;

export interface RunSkills {
  /** What its sandboxes show, read-only: nothing when no skill is released. */
  readonly folders: readonly { readonly source: string; readonly target: string }[];
  /** As the skills call themselves. */
  readonly names: readonly string[];
}

export function createAgentSkills(root: string): AgentSkills {
  const one = inTurn();
  const heldFolder = (agent: string): string => join(root, 'agents', agent, 'skills');
  const releasesFile = (agent: string): string => join(root, 'agents', agent, 'released-skills.json');

  async function releasesOf(agent: string): Promise<Releases> {
    const text = await readFile(releasesFile(agent), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return releasesSchema.parse(JSON.parse(text));
  }

  async function filesOf(agent: string, skill: string): Promise<readonly SkillFile[]> {
    const files = await readSkillFiles(join(heldFolder(agent), skill));
    if (files !== undefined) return files;
    throw new ClawholdError('state_no_such_skill', `${agent} has no skill "${skill}".`, {
      hint: `See those that it has: npx clawhold agent skills ${agent}`,
    });
  }

  async function namesOf(agent: string): Promise<readonly string[]> {
    const entries = await readdir(heldFolder(agent)).catch(() => []);
    return entries.filter((name) => skillNameSchema.safeParse(name).success).toSorted();
  }

  async function settle(agent: string, skill: string, change: (files: readonly SkillFile[]) => string | undefined) {
    return one(async () => {
      const files = await filesOf(agent, skill);
      const digest = change(files);
      const { [skill]: _before, ...others } = await releasesOf(agent);
      const releases = digest === undefined ? others : { ...others, [skill]: digest };
      await writeWhole(releasesFile(agent), JSON.stringify(releases));
      return shown(skill, files, releases);
    });
  }

  async function released(agent: string): Promise<ReadonlyMap<string, readonly SkillFile[]>> {
    const found = new Map<string, readonly SkillFile[]>();
    for (const [skill, digest] of Object.entries(await releasesOf(agent))) {
      const files = await readSkillFiles(join(heldFolder(agent), skill));
      if (files !== undefined && digestOf(files) === digest) found.set(skill, files);
    }
    return found;
  }

  return {
    async list(agent) {
      const [names, releases] = [await namesOf(agent), await releasesOf(agent)];
      return Promise.all(names.map(async (skill) => shown(skill, await filesOf(agent, skill), releases)));
    },

    async read(agent, skill) {
      const files = await filesOf(agent, skill);
      const texts = files.map(({ path, bytes }) => ({ path, text: textOf(bytes) }));
      return { ...shown(skill, files, await releasesOf(agent)), texts };
    },

    release: (agent, skill, digest) =>
      settle(agent, skill, (files) => {
        if (digestOf(files) === digest) return digest;
        throw new ClawholdError(
          'state_skill_differs',
          `The skill "${skill}" of ${agent} is not the one that was shown.`,
          {
            hint: `Look at it again: npx clawhold agent skills ${agent} ${skill}`,
          },
        );
      }),

    hold: (agent, skill) => settle(agent, skill, () => undefined),

    async forRun(agent, run) {
      const folder = join(runFolder(root, run), 'skills');
      // A sandbox that is opened again shows what the first one showed.
      if ((await stat(folder).catch(() => undefined)) === undefined) {
        const aside = `${folder}.part`;
        await rm(aside, { recursive: true, force: true });
        await mkdir(aside, { recursive: true, mode: 0o755 });
        for (const [skill, files] of await released(agent)) await writeSkillFiles(join(aside, skill), files);
        await rename(aside, folder);
      }
      const skills = (await readdir(folder)).toSorted();
      const heads = await Promise.all(
        skills.map(async (skill) =>
          readSkillHead(skill, await readFile(join(folder, skill, 'SKILL.md'), 'utf8').catch(() => '')),
        ),
      );
      const folders = skills.length === 0 ? [] : [{ source: folder, target: skillsFolder }];
      return { folders, names: heads.map(({ name }) => name) };
    },
  };
}

function shown(skill: string, files: readonly SkillFile[], { [skill]: released }: Releases): AgentSkill {
  const digest = digestOf(files);
  const own = files.find(({ path }) => path === 'SKILL.md')?.bytes ?? '';
  return {
    skill,
    state: released === undefined ? 'held' : released === digest ? 'released' : 'changed',
    description: readSkillHead(skill, own.toString()).description,
    digest,
    files: files.map(({ path, isProgram, bytes }) => ({ path, bytes: bytes.length, isProgram })),
  };
}

function textOf(bytes: Buffer): string | null {
  if (bytes.length > shownBytes) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
