import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programWorks, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { makeRepository } from '../testing/repository.ts';
import { startWorld, type World } from '../testing/world-scene.ts';

vi.setConfig({ testTimeout: 180_000 });

const execute = promisify(execFile);

/** Packages of `open` may be read, those of `closed` not, though the server has them both. */
const policy = `version: 1
name: worker
network_policies:
  all:
    endpoints:
      - { host: files.example.com, port: 443, rules: [{ allow: { method: GET, path: "/*/open*/**" } }, { allow: { method: GET, path: "/*/open*" } }] }
`;

/** A folder of files.example.com. */
async function publishAt(world: World, place: string): Promise<string> {
  const folder = join(world.folder, 'files', place);
  await mkdir(folder, { recursive: true });
  return folder;
}

const names = ['open', 'closed'] as const;

test.skipIf(!programWorks('npm', '--version'))(
  verifies('egress.tls-inspected', 'in a sandbox: npm installs what it may read'),
  async () => {
    const world = await startWorld(policy);
    const { stdout } = await execute('npm', ['root', '--global']);
    await cp(join(stdout.trim(), 'npm'), join(world.scene.taskFolder, 'npm'), { recursive: true, dereference: true });
    for (const name of names) {
      const work = await temporaryFolder();
      await writeFile(join(work, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'main.js' }));
      await writeFile(join(work, 'main.js'), `module.exports = 'from outside'`);
      const folder = await publishAt(world, `npm/${name}`);
      await execute('npm', ['pack', '--pack-destination', folder], { cwd: work });
      const tarball = `https://files.example.com/npm/${name}/${name}-1.0.0.tgz`;
      const versions = { '1.0.0': { name, version: '1.0.0', dist: { tarball } } };
      await writeFile(join(folder, 'index.json'), JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    }
    const install = (name: string): string =>
      `node npm/bin/npm-cli.js install --prefix /tmp/project --no-audit --no-fund --no-update-notifier --registry https://files.example.com/npm/ ${name}`;
    await world.run(install('open'));
    expect(await world.run(`node -p 'require("/tmp/project/node_modules/open")'`)).toBe('from outside');
    expect(await world.run(install('closed'))).toMatch(/E403|403 Forbidden/);
  },
);

/** Writes a wheel, the format of which is a zip file. */
const writeWheel = (name: string, folder: string): string => `
import zipfile
wheel = zipfile.ZipFile('${folder}/${name}-1.0-py3-none-any.whl', 'w')
wheel.writestr('${name}.py', 'print("from outside")')
wheel.writestr('${name}-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n')
wheel.writestr('${name}-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
wheel.writestr('${name}-1.0.dist-info/RECORD', '')
wheel.close()
`;

// The system's, because nothing else of Python is in a sandbox.
const python = '/usr/bin/python3';

test.skipIf(!programWorks(python, '-m', 'pip', '--version'))(
  verifies('egress.tls-inspected', 'in a sandbox: pip installs what it may read'),
  async () => {
    const world = await startWorld(policy);
    for (const name of names) {
      const folder = await publishAt(world, `pip/${name}`);
      await execute(python, ['-c', writeWheel(name, folder)]);
      const wheel = `${name}-1.0-py3-none-any.whl`;
      await writeFile(join(folder, 'index.html'), `<!DOCTYPE html><a href="${wheel}">${wheel}</a>`);
    }
    const install = (name: string): string =>
      `${python} -m pip install --disable-pip-version-check --no-cache-dir --retries 0 --target /tmp/project --index-url https://files.example.com/pip/ ${name}`;
    await world.run(install('open'));
    expect(await world.run(`PYTHONPATH=/tmp/project ${python} -c 'import open'`)).toBe('from outside');
    expect(await world.run(install('closed'))).toContain('No matching distribution found for closed');
  },
);

test.skipIf(!programWorks('git', '--version'))(
  verifies('egress.tls-inspected', 'in a sandbox: git clones over HTTPS what it may read'),
  async () => {
    const world = await startWorld(policy);
    for (const name of names) {
      await makeRepository(join(await publishAt(world, 'git'), `${name}.git`));
    }
    const clone = (name: string): string =>
      `git clone -q https://files.example.com/git/${name}.git && cat ${name}/README`;
    expect(await world.run(clone('open'))).toBe('from outside');
    expect(await world.run(clone('closed'))).toContain('403');
  },
);
