import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const ceiling = 'version: 1\nname: ceiling\n';
const agent = `version: 1
name: worker
tools: [{ match: file.list, burst: { max: 2, per: 10m, then: ask } }]
`;

test(
  verifies(
    'supervisor.usage-scopes',
    'a burst that one run used up is a question in the next, also when the supervisor died in between',
  ),
  async () => {
    const scene = await startScene();
    const publish = () => scene.ask('publishPolicy', { ceiling, agents: { worker: agent } });
    await publish();
    await scene.open();
    const parallel = scene.another();
    await parallel.open();
    const kindOf = async ({ call }: Pick<typeof scene, 'call'>) => (await call('file.list', {})).outcome.kind;
    expect([await kindOf(scene), await kindOf(parallel)]).toEqual(['done', 'done']);
    expect([await kindOf(scene), await kindOf(parallel)]).toEqual(['ask', 'ask']);
    await scene.restart();
    await publish();
    const later = scene.another();
    await later.open();
    expect(await kindOf(later)).toBe('ask');
  },
);
