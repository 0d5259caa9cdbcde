import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startScene } from '../testing/scene.ts';
import { assertKeepsFiles } from './task-folder.ts';

test.each(['/proc', '/proc/1/root', '/sys/class', '/dev'])(
  verifies('supervisor.no-kernel-as-task', '%s becomes no task folder, whoever asks'),
  async (folder) => {
    await expect(assertKeepsFiles(folder)).rejects.toMatchObject({ code: 'input_folder_forbidden' });
  },
);

test(verifies('supervisor.no-kernel-as-task', 'a worker that asks for one gets no sandbox'), async () => {
  const scene = await startScene();
  await expect(scene.open('/proc')).rejects.toMatchObject({ code: 'input_folder_forbidden' });
  await scene.open(); // one with files does
});
