import { link, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { diffTree, maskTaskFolder } from '../tree/index.ts';
import { type ConformanceSubject, prepare, shell } from './subject.ts';

const builtIn = { hide: [], show: [] };
const secret = 'S3CRET-c0ffee';

/** Secrets that lie in the task folder, and a program that wants them. */
export function testHidden(subject: ConformanceSubject, engine: SandboxDriverName): void {
  describe('secrets of the task folder', () => {
    test(verifies('sandbox.hidden-secrets', 'they are not there by any name, and cannot be brought back'), async () => {
      const files = { '.env': secret, 'deep/er/.ENV.local': secret, '.ssh/id_ed25519': secret, 'notes.txt': 'notes' };
      const request = await prepare(subject, {}, files);
      const { taskFolder } = request;
      await link(join(taskFolder, '.env'), join(taskFolder, 'plain-name.txt'));
      await symlink('deep/er/.ENV.local', join(taskFolder, 'link'));
      await writeFile(join(taskFolder, '.env.example'), 'NAME=');
      const driver = subject.driver();
      const hidden = await maskTaskFolder(driver, request, builtIn);
      expect(hidden.toSorted()).toEqual(['.env', '.ssh', 'deep/er/.ENV.local', 'plain-name.txt']);
      await using sandbox = await driver.start(request);
      expect(sandbox.attestation.files.masked).toBe(true);
      const sh = (script: string): Promise<string> => shell(sandbox, script);

      expect(await sh('ls -A . deep/er | tr "\\n" " "')).toBe('.: .env.example deep link notes.txt  deep/er:');
      const tries = [
        'cat .env plain-name.txt link deep/er/.ENV.local .ssh/id_ed25519',
        'mv .env a; cat a; ln .env b; cat b; cp -r .ssh c; cat c/*',
        'mv deep moved; cat moved/er/.ENV.local; mkdir deep; mv moved/er deep/; cat deep/er/.ENV.local',
        'rm -rf deep; mkdir -p deep/er; cat deep/er/.ENV.local; grep -r S3CRET .',
        'exec 3<.; cat /proc/self/fd/3/.env /proc/self/cwd/.env; chmod -R 777 .; cat .env',
        'touch .env; cat .env; rm .env; cat .env; mkdir .env; rmdir .env; cat .env',
      ];
      for (const attempt of tries) expect(await sh(attempt)).not.toContain(secret);

      // What it makes under such a name is its own, and no change of the person's goes unseen.
      expect(await sh('echo mine > .env; cat .env notes.txt')).toBe('mine\nnotes');
      await sandbox.kill();
      const { changes } = await diffTree(driver, { ...request, begun: '' });
      expect(changes.find(({ path }) => path === '.env')).toMatchObject({ change: 'modified' });

      // And for the next sandbox, with what came meanwhile.
      await writeFile(join(taskFolder, '.netrc'), secret);
      expect(await maskTaskFolder(driver, request, builtIn)).toContain('.netrc');
      await using next = await driver.start(request);
      expect(await shell(next, 'cat .netrc .env')).toMatch(/No such file.*\nmine$/s);
      await expect(maskTaskFolder(driver, request, builtIn)).rejects.toMatchObject({ code: 'state_files_busy' });
    });

    test.runIf(sandboxDrivers[engine].renewal)(
      verifies('sandbox.hidden-secrets', 'a checkpoint mounts the folder anew, and they stay hidden'),
      async () => {
        const request = await prepare(subject, {}, { '.env': secret, 'sub/.env': secret });
        const driver = subject.driver();
        await maskTaskFolder(driver, request, builtIn);
        await using sandbox = await driver.start(request);
        expect(await shell(sandbox, 'echo x > sub/x')).toBe('');
        await sandbox.renew({ pool: join(request.storage, 'layers'), names: ['0'], seal: '0' });
        expect(await shell(sandbox, 'cat .env sub/.env; ls -A sub; mv sub other; cat other/.env')).not.toContain(
          secret,
        );
      },
    );
  });
}
