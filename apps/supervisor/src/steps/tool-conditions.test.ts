import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startScene } from '../testing/scene.ts';

const conditions = `
  - { match: shell.exec, decision: deny, where: "!command.effective.all(c, c in ['echo', 'cat'])" }
  - { match: file.write, decision: deny, where: "args.path.endsWith('.sh')" }
`;

test(
  verifies(
    'supervisor.tool-conditions',
    'conditions of rules about tools see the arguments and the programs of a call',
  ),
  async () => {
    const scene = await startScene({}, conditions);
    await scene.open();
    const kindOf = async (tool: string, values: Record<string, unknown>): Promise<string> =>
      (await scene.call(tool, values)).outcome.kind;
    expect(await kindOf('shell.exec', { command: 'echo a > b; env LANG=C cat b' })).toBe('done');
    expect(await kindOf('shell.exec', { command: 'echo a; touch c' })).toBe('denied');
    expect(await kindOf('shell.exec', { command: 'echo "$(touch c)"' })).toBe('denied');
    // What nobody can be certain of has no answer, and without one it is no.
    expect(await kindOf('shell.exec', { command: 'x=touch; $x c' })).toBe('denied');
    expect(await kindOf('file.write', { path: 'a.txt', content: 'x' })).toBe('done');
    expect(await kindOf('file.write', { path: 'a.sh', content: 'x' })).toBe('denied');
    const { changes } = await scene.ask('listChanges', { run: scene.run });
    expect(changes.map(({ path }) => path).toSorted()).toEqual(['a.txt', 'b']);
  },
);

test(
  verifies('supervisor.ledger-has-no-contents', 'long arguments of a call do not go into the ledger, short ones do'),
  async () => {
    const scene = await startScene({}, conditions);
    await scene.open();
    await scene.call('file.write', { path: 'a.sh', content: 'short' });
    await scene.call('file.write', { path: 'a.sh', content: 'long '.repeat(1_000) });
    const recorded = JSON.stringify(scene.plane.events);
    expect(recorded).toContain('"content":"short"');
    expect(recorded).not.toContain('long '.repeat(100));
  },
);
