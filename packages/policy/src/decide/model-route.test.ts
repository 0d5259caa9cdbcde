import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { inference, label, policy } from '../testing/samples.ts';

const routes = (list: string): ReturnType<typeof policy> => policy(`inference: { routes: [${list}] }`);
const external = { ...inference, data: label('external') };

test(verifies('inference.routes', 'a model that is not where the route leads gets no, whoever asks for it'), () => {
  const { decide } = routes(`{ when: "labels.integrity == 'external'", use: local }, { use: openai/gpt }`);
  expect(decide(external)).toMatchObject({
    kind: 'deny',
    rules: [{ layer: 'agent', path: 'inference.routes[0]' }],
    reasons: [{ text: expect.stringContaining('sends this request to local') }],
  });
  expect(decide({ ...external, locality: 'local' }).kind).toBe('allow');
  expect(decide(inference).kind).toBe('allow');
  expect(decide({ ...inference, model: 'other' })).toMatchObject({
    kind: 'deny',
    rules: [{ path: 'inference.routes[1]' }],
  });
});

test(verifies('inference.routes', 'a detour is on record before it is taken, and says which route led there'), () => {
  const { decide } = routes('{ use: local }');
  const local = { ...inference, locality: 'local' as const };
  expect(decide(local).obligations).toContainEqual({ kind: 'record', durability: 'summary' });
  expect(decide({ ...local, asked: 'openai/gpt' })).toMatchObject({
    kind: 'allow',
    reasons: [{ text: expect.stringContaining('inference.routes[0]') }],
    obligations: expect.arrayContaining([{ kind: 'record', durability: 'durable' }]),
  });
});

test(verifies('inference.routes', 'where no condition has an answer nothing goes anywhere'), () => {
  const { decide } = routes('{ when: labels.integrity, use: local }, { use: default }');
  expect(decide({ ...external, locality: 'local' })).toMatchObject({ kind: 'deny', reasons: [{ code: 'condition' }] });
});
