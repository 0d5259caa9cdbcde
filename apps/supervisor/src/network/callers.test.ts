import type { Holder } from '@clawhold/sandbox';
import { expect, test } from 'vitest';
import { createCallers, programOf } from './callers.ts';

const holder = (executable: string | undefined, ...ancestors: string[]): Holder => ({ executable, ancestors });

test('one program calls, several are nobody', () => {
  expect(programOf([])).toBeUndefined();
  expect(programOf([holder(undefined)])).toBeUndefined();
  expect(programOf([holder('/a', '/b')])).toEqual({ executable: '/a', ancestors: ['/b'] });
  expect(programOf([holder('/a', '/b', '/c'), holder('/a', '/a', '/b')])).toEqual({
    executable: '/a',
    ancestors: ['/b'],
  });
  expect(programOf([holder('/a'), holder('/b')])).toBeUndefined();
  expect(programOf([holder('/a'), holder(undefined)])).toBeUndefined();
});

test('a question that fails does not stop the next one, and no two are asked at once', async () => {
  let open = 0;
  let most = 0;
  const callers = createCallers({
    async holders({ remotePort }) {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      if (remotePort === 1) throw new Error('the launcher is gone');
      return [holder(`/bin/${remotePort}`)];
    },
  });
  const ask = (remotePort: number) =>
    callers.find({ localAddress: '', localPort: 0, remoteAddress: '', remotePort }).catch(() => 'failed');
  expect(await Promise.all([ask(1), ask(2), ask(3)])).toEqual([
    'failed',
    { executable: '/bin/2', ancestors: [] },
    { executable: '/bin/3', ancestors: [] },
  ]);
  expect(most).toBe(1);
});
