import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepOutcome } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { canaryVariable } from '../detection/guarded-values.ts';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 120_000 });

/** One of those in keeper.mjs, and what it is to be done with. */
type Deed = readonly [string, unknown?];

const folder = '.claude/projects/-task';
const conversation = `${folder}/11111111-1111-4111-8111-111111111111.jsonl`;
const memory = `${folder}/memory/MEMORY.md`;

/** Claude Code, with a program of ours in its place, and what it does in one run after the other. */
async function keeperScene() {
  const keeper = await readFile(join(import.meta.dirname, 'testing/keeper.mjs'), 'utf8');
  const scene = await startScene({ 'keeper.mjs': keeper, 'ledger.csv': '1,2' });
  let next: Pick<Scene, 'open' | 'runProgram'> = scene;
  async function run(deeds: readonly Deed[], more = 'keeps: true\n'): Promise<StepOutcome> {
    const manifest = `name: worker\ndescription: Keeps.\nharness: claude-code\ncommand: [node, keeper.mjs]\n${more}`;
    scene.plane.program = { ...scene.plane.program, manifest, task: JSON.stringify(deeds) };
    await next.open();
    const { outcome } = await next.runProgram();
    next = scene.another();
    return outcome;
  }
  return {
    scene,
    run,
    async work(...deeds: readonly Deed[]) {
      const outcome = await run(deeds);
      if (outcome.kind !== 'done' || !outcome.ok) throw new Error(JSON.stringify(outcome));
      return JSON.parse(outcome.output) as { readonly words: readonly string[]; readonly came: readonly unknown[] }; // of keeper.mjs
    },
    changes: async () => (await scene.ask('listAgentChanges', { agent: 'worker' })).changes,
    warnings: () =>
      scene.plane.timeline.flatMap((body) => (body.kind === 'note' && body.level === 'warning' ? [body.text] : [])),
  };
}

test(
  verifies('agents.memory', 'the next run goes on in the conversation that the last one had, until that is taken back'),
  async () => {
    const { scene, work, changes } = await keeperScene();
    const first = await work(
      ['read', conversation],
      ['write', [conversation, 'hello\n']],
      ['write', [memory, 'Fridays.\n']],
    );
    expect(first.came[0]).toBeNull();
    expect(first.words).not.toContain('--continue');
    expect(await changes()).toMatchObject([
      {
        run: scene.run,
        files: expect.arrayContaining([
          { path: `home/${conversation.slice(8)}`, change: 'added', before: null, after: null },
          { path: `home/${memory.slice(8)}`, change: 'added', before: null, after: 'Fridays.\n' },
        ]),
      },
    ]);
    const beside = scene.plane.events.flatMap(({ type, body }) => (type === 'sandbox.started' ? [body['beside']] : []));
    expect(beside).toEqual([undefined, 'memory']);
    // It is the agent's and not the person's.
    expect((await scene.ask('listChanges', { run: scene.run })).changes).toEqual([]);

    const second = await work(
      ['read', conversation],
      ['read', memory],
      ['write', [conversation, 'hello\nagain\n']],
      ['remove', memory],
    );
    expect(second.came.slice(0, 2)).toEqual(['hello\n', 'Fridays.\n']);
    expect(second.words.at(-1)).toBe('--continue');
    expect((await work(['read', conversation], ['read', memory])).came).toEqual(['hello\nagain\n', null]);
    // A run that only looked changed nothing.
    expect(await changes()).toHaveLength(2);

    await scene.ask('undoAgentChange', { agent: 'worker' });
    expect((await work(['read', conversation], ['read', memory])).came).toEqual(['hello\n', 'Fridays.\n']);
    await scene.ask('undoAgentChange', { agent: 'worker' });
    const anew = await work(['read', conversation]);
    expect(anew).toMatchObject({ came: [null] });
    expect(anew.words).not.toContain('--continue');
  },
);

test(
  verifies(
    'agents.memory-is-words',
    'settings, hooks, plugins, links and what stood for a credential do not come back',
  ),
  async () => {
    const { scene, work } = await keeperScene();
    const placeholder = `CLAWHOLD${'A'.repeat(26)}`;
    const orders = [
      'settings.json',
      'settings.local.json',
      '.credentials.json',
      'plugins/evil/plugin.json',
      'skills/evil/SKILL.md',
    ];
    const more = [
      'agents/evil.md',
      'commands/evil.md',
      'projects/-task/hook.sh',
      'projects/-task/memory/run.js',
      'projects/a.jsonl',
    ];
    const planted = [...orders, ...more].map((path): Deed => ['write', [`.claude/${path}`, '{"hooks":{}}']]);
    await work(
      ...planted,
      ['write', ['.claude.json', '{}']],
      ['link', [`${folder}/ledger.jsonl`, '/task/ledger.csv']],
      ['link', ['.claude/projects/root', '/']],
      ['write', [`${folder}/line\nbreak.jsonl`, 'x']],
      ['shell', `mkfifo ${folder}/pipe.jsonl; ln ${folder}/hook.sh ${folder}/hard.jsonl`],
      ['shell', `printf '%s %s' ${placeholder} "$${canaryVariable}" > ${conversation}; chmod 4777 ${conversation}`],
    );
    const { came } = await work(
      ['files', ''],
      ['read', conversation],
      ['mode', conversation],
      ['read', `${folder}/hard.jsonl`],
    );
    expect(came[0]).toEqual([`${folder}/hard.jsonl`, conversation].toSorted());
    expect(came[1]).toMatch(/^x{34} x+$/);
    expect(came[2]).toBe('600');
    expect(came[3]).toBe('{"hooks":{}}');
    expect(await readFile(join(scene.taskFolder, 'ledger.csv'), 'utf8')).toBe('1,2');
  },
);

test(
  verifies(
    'agents.memory',
    'nothing is kept of a run that failed, or by an agent that keeps nothing, or beyond the limit',
  ),
  async () => {
    const { run, work, changes, warnings } = await keeperScene();
    const write: Deed = ['write', [conversation, 'hello\n']];
    expect(await run([write, ['fail']])).toMatchObject({ ok: false });
    expect(await run([write], '')).toMatchObject({ ok: true });
    expect(await changes()).toEqual([]);
    expect(warnings()).toEqual([]);
    // Without a byte on the disk, so that only reading it tells how much it is.
    await work(write, ['shell', `truncate -s 64M ${folder}/huge.jsonl`]);
    expect(warnings()).toEqual([expect.stringContaining('at most 32 MiB')]);
    expect(await changes()).toEqual([]);
    await work(write);
    expect(await changes()).toHaveLength(1);
    expect(await run([['read', conversation]], '')).toMatchObject({ output: expect.stringContaining('[null]') });
  },
);
