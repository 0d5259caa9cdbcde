import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import type { Scene } from '../testing/scene.ts';
import { splitScene } from './testing/split-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const agent = 'worker';
const inside = '/opt/clawhold/skills';
const heldFolder = (scene: Scene): string => join(scene.home, 'agents', agent, 'skills');

async function writeSkill(scene: Scene, skill: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(heldFolder(scene), skill, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { mode: 0o600 });
    if (text.startsWith('#!')) await chmod(file, 0o700);
  }
}

const sums = {
  'SKILL.md': '---\nname: Sums of all\ndescription: Adds numbers up.\n---\nRun `tools/add.sh`.\n',
  'tools/add.sh': '#!/bin/sh\necho $(($1 + $2))\n',
} as const;

/** What both sandboxes of a run show of the skills, and which of them its configuration names. */
async function seen({ thinkAnew }: Pick<Awaited<ReturnType<typeof splitScene>>, 'thinkAnew'>) {
  const { came } = await thinkAnew(['files', inside], ['exec', `ls ${inside}`], ['configuration']);
  const [mind, hands, configuration] = came;
  const { agents, skills } = configuration as { agents: { defaults: { skills: unknown } }; skills: { load: unknown } };
  return { mind, hands: hands?.stdout, names: agents.defaults.skills, load: skills.load };
}

const nothing = { mind: [], hands: '', names: [], load: { extraDirs: [], watch: false } };

test(
  verifies(
    'adoption.skills-held',
    'a skill is seen nowhere, then where a person released it, as it was then, and no longer',
  ),
  async () => {
    const split = await splitScene();
    const { scene, thinkAnew } = split;
    expect(await scene.ask('listAgentSkills', { agent })).toEqual({ skills: [] });
    await writeSkill(scene, 'sums', sums);
    await writeSkill(scene, 'mails', { 'SKILL.md': 'No head.\n' });
    const { skills } = await scene.ask('listAgentSkills', { agent });
    expect(skills).toMatchObject([
      { skill: 'mails', state: 'held', description: '' },
      {
        skill: 'sums',
        state: 'held',
        description: 'Adds numbers up.',
        files: [
          { path: 'SKILL.md', isProgram: false },
          { path: 'tools/add.sh', isProgram: true, bytes: sums['tools/add.sh'].length },
        ],
      },
    ]);
    expect(await seen(split)).toEqual(nothing);

    const { digest, texts } = await scene.ask('readAgentSkill', { agent, skill: 'sums' });
    expect(texts).toEqual(Object.entries(sums).map(([path, text]) => ({ path, text })));
    const other = 'a'.repeat(64);
    await expect(scene.ask('releaseAgentSkill', { agent, skill: 'sums', digest: other })).rejects.toMatchObject({
      code: 'state_skill_differs',
    });
    await expect(scene.ask('releaseAgentSkill', { agent, skill: 'none', digest })).rejects.toMatchObject({
      code: 'state_no_such_skill',
    });
    expect((await scene.ask('listAgentSkills', { agent })).skills[1]).toMatchObject({ state: 'held' });

    expect(await scene.ask('releaseAgentSkill', { agent, skill: 'sums', digest })).toMatchObject({ state: 'released' });
    const there = {
      mind: ['sums'],
      hands: 'sums\n',
      names: ['Sums of all'],
      load: { extraDirs: [inside], watch: false },
    };
    expect(await seen(split)).toEqual(there);
    const workspace = '/task/openclaw-ssh-workspace-0123/workspace/.openclaw/sandbox-skills/skills';
    const { came } = await thinkAnew(
      ['exec', `${workspace}/sums/tools/add.sh 2 3`],
      ['raw', ['/bin/sh', '-c', 'x', 'openclaw-sandbox-fs', 'read', workspace, 'sums', 'SKILL.md']],
      ['exec', `echo evil >> ${inside}/sums/SKILL.md`],
      ['local', { path: `${inside}/sums/SKILL.md`, content: 'evil' }],
    );
    expect(came).toMatchObject([
      { status: 0, stdout: '5\n' },
      { status: 0, stdout: sums['SKILL.md'] },
      { stdout: '', stderr: expect.stringMatching(/read-only|permission denied/i) },
      { ok: false, is: 'EROFS' },
    ]);

    // Whoever changes it on the disk changes what was released.
    await writeSkill(scene, 'sums', { 'tools/add.sh': '#!/bin/sh\necho evil\n' });
    expect((await scene.ask('listAgentSkills', { agent })).skills[1]).toMatchObject({ state: 'changed' });
    expect(await seen(split)).toEqual(nothing);
    await writeSkill(scene, 'sums', sums);
    expect((await scene.ask('listAgentSkills', { agent })).skills[1]).toMatchObject({ state: 'released' });
    expect(await scene.ask('holdAgentSkill', { agent, skill: 'sums' })).toMatchObject({ state: 'held' });
    expect(await seen(split)).toEqual(nothing);
    expect(await readFile(join(heldFolder(scene), 'sums/SKILL.md'), 'utf8')).toBe(sums['SKILL.md']);
  },
);
