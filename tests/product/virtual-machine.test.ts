/** A run of the built-in agent whose sandbox is a virtual machine. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '@clawhold/client';
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { guestKernel, makeProductPlace, scale, startProduct, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { printed, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 600_000 });

const policy = `version: 1
name: default
network_policies: { finance: { endpoints: [{ host: finance.local, port: 80, access: read-only }] } }
`;

// The processor of the machine is imitated, which takes long: in npm run test:long, where QEMU is.
test.skipIf(scale(1) === 1 || findEngine('microvm') === undefined)(
  verifies('sandbox-drivers.choice', 'a run in a virtual machine: its kernel, the one way out, its files and its end'),
  async () => {
    const kernel = await guestKernel();
    await using place = await makeProductPlace({
      environment: { CLAWHOLD_SANDBOX_DRIVER: 'microvm', CLAWHOLD_GUEST_KERNEL: kernel },
    });
    await place.configure({
      'policies/default.yaml': policy,
      'scenarios/virtual-machine.yaml': await readFile(
        join(import.meta.dirname, 'virtual-machine-scenario.yaml'),
        'utf8',
      ),
    });
    await using product = await startProduct(place);
    expect(product.url).toMatch(/^http:/);
    const folder = join(place.folder, 'work');
    await mkdir(folder);
    const ended = await place.cli('run', 'Look around.', '--dir', folder, '--model', 'rehearsal/virtual-machine');
    const [{ id } = { id: '' }] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
    expect(id, ended.stdout + ended.stderr).not.toBe('');
    const { timeline } = printed<ShownRun>(await place.cli('show', id, '--json'));
    const asked = timeline.flatMap(({ body }) =>
      body.kind === 'egress' ? [`${body.decision} ${body.method} ${body.url}`] : [],
    );
    expect(asked).toEqual(['allow GET http://finance.local/accounts', 'deny GET http://elsewhere.local/accounts']);

    const inspected = await place.cli('sandbox', 'inspect', id, '--json');
    expect(printed(inspected)).toMatchObject({ signed: true, attestation: { driver: 'microvm' } });

    expect((await place.cli('keep', id)).status).toBe(0);
    expect(await readFile(join(folder, 'answers.txt'), 'utf8')).toBe('finance.local 502\nelsewhere.local 403\n');
    // Of the kernel that the machine was given, whatever this machine runs.
    const version = (await readFile(join(folder, 'kernel.txt'), 'utf8')).trim();
    await expect(readFile(join(kernel, 'boot', `vmlinuz-${version}`))).resolves.toBeDefined();
    expect(await place.cli('audit', 'verify')).toMatchObject({ status: 0 });
  },
);
