import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { machineFolder, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const machine = machineFolder();
const testOfMachine = test.skipIf(machine === undefined);

async function dataFolder(): Promise<string> {
  const folder = await temporaryFolder({ mode: 0o755, parent: machine });
  await writeFile(join(folder, 'table.csv'), 'a,b\n');
  return folder;
}

interface Sections {
  readonly ceiling?: string;
  readonly agent?: string;
}

function publish(scene: Scene, { ceiling = '', agent = '' }: Sections): Promise<unknown> {
  return scene.ask('publishPolicy', {
    ceiling: `version: 1\nname: ceiling\n${ceiling}\n`,
    agents: { worker: `version: 1\nname: worker\n${agent}\n` },
  });
}

async function output(scene: Scene, command: string): Promise<string> {
  const { outcome } = await scene.call('shell.exec', { command });
  return outcome.kind === 'done' ? outcome.output : JSON.stringify(outcome);
}

const base = 'include_workdir: true, read_write: [/tmp], read_only: [/usr, /etc';

testOfMachine(
  verifies('supervisor.static-sections', 'a sandbox sees what ceiling and policy list, and the record says what holds'),
  async () => {
    const [scene, data] = [await startScene({ 'a.txt': 'mine' }), await dataFolder()];
    const sections = `filesystem_policy: { ${base}, ${data}] }`;
    await publish(scene, { ceiling: sections, agent: sections });
    await scene.open();
    expect(await output(scene, `cat a.txt ${data}/table.csv; echo x > ${data}/x || echo refused`)).toMatch(
      /^minea,b\n.*refused/s,
    );
    const started = scene.plane.events.find(({ type }) => type === 'sandbox.started');
    expect(started?.body).toMatchObject({
      attestation: {
        landlock: expect.any(Number),
        files: {
          listed: true,
          strict: true,
          task: 'write',
          paths: expect.arrayContaining([{ path: data, state: 'shown', writable: false }]),
        },
        notOffered: [],
      },
    });
    expect(await readFile(join(data, 'table.csv'), 'utf8')).toBe('a,b\n');
  },
);

testOfMachine(
  verifies(
    'supervisor.static-sections',
    'what the ceiling does not offer fails the start by name, and is in the record',
  ),
  async () => {
    const [scene, data] = [await startScene(), await dataFolder()];
    await publish(scene, { agent: `filesystem_policy: { ${base}, ${data}] }` });
    await expect(scene.open()).rejects.toMatchObject({
      code: 'sandbox_path_not_offered',
      message: expect.stringContaining(`names ${data} for reading, which the ceiling does not offer`),
      hint: expect.stringContaining('filesystem_policy.read_only'),
    });
    expect(scene.plane.events.map(({ type }) => type)).toContain('sandbox.refused');
  },
);

test(
  verifies('supervisor.static-sections', 'under best_effort what cannot be had is left out, and the record says it'),
  async () => {
    const scene = await startScene();
    const best = 'landlock: { compatibility: best_effort }';
    const ceiling = `${best}\nfilesystem_policy: { ${base}, /var/lib/clawhold-missing] }`;
    const agent = `${best}\nfilesystem_policy: { ${base}, /var/lib/clawhold-missing, /var/lib/clawhold-beyond] }`;
    await publish(scene, { ceiling, agent });
    await scene.open();
    const started = scene.plane.events.find(({ type }) => type === 'sandbox.started');
    expect(started?.body).toMatchObject({
      attestation: {
        files: {
          strict: false,
          paths: expect.arrayContaining([{ path: '/var/lib/clawhold-missing', state: 'missing', writable: false }]),
        },
        notOffered: [
          {
            path: '/var/lib/clawhold-beyond',
            access: 'read',
            by: 'ceiling',
            rule: { layer: 'agent', path: 'filesystem_policy.read_only[3]' },
          },
        ],
      },
    });
    await publish(await startScene(), { ceiling, agent }); // elsewhere, nothing runs
    const strict = await startScene();
    await publish(strict, { ceiling: ceiling.replace(best, ''), agent });
    await expect(strict.open()).rejects.toMatchObject({ code: 'sandbox_path_not_offered' });
  },
);

test(
  verifies(
    'supervisor.static-needs-new',
    'what a running sandbox sees is not changed: the publication is refused, and changes nothing',
  ),
  async () => {
    const scene = await startScene();
    const wide = { agent: `filesystem_policy: { ${base}] }\ntools: [{ match: shell.exec, decision: deny }]` };
    const narrow = { agent: 'filesystem_policy: { include_workdir: true, read_only: [/usr] }' };
    await publish(scene, wide);
    await scene.open();
    await expect(publish(scene, narrow)).rejects.toMatchObject({
      code: 'state_needs_new_sandbox',
      status: 409,
      message: expect.stringContaining(scene.run),
    });
    // The old one is in force, whole; and another part of it changes while the sandbox runs.
    expect(await output(scene, 'echo allowed')).toContain('policy_denied');
    await publish(scene, { agent: `filesystem_policy: { ${base}] }` });
    expect(await output(scene, 'echo allowed')).toBe('allowed');
    await scene.ask('stop', { run: scene.run });
    await publish(scene, narrow);
  },
);

test(
  verifies(
    'supervisor.static-sections',
    'a profile of system calls that ceiling and policy name is in force, and in the record',
  ),
  async () => {
    const scene = await startScene();
    const debugged = 'process: { system_calls: [debugger] }';
    await expect(publish(scene, { agent: debugged })).rejects.toMatchObject({ code: 'policy_invalid' });
    await publish(scene, { ceiling: debugged, agent: debugged });
    if (process.getuid?.() !== 0) {
      await expect(scene.open()).rejects.toMatchObject({ code: 'sandbox_profile_refused' });
      return;
    }
    await scene.open();
    const started = scene.plane.events.find(({ type }) => type === 'sandbox.started');
    expect(started?.body).toMatchObject({ attestation: { seccomp: { profiles: ['debugger'] } } });
    await expect(publish(scene, {})).rejects.toMatchObject({ code: 'state_needs_new_sandbox' });
  },
);

testOfMachine(verifies('supervisor.static-guarded', 'no policy shows the folders of the platform'), async () => {
  // Where tests usually lie no list could name them.
  vi.stubEnv('TMPDIR', machine);
  const scene = await startScene();
  vi.unstubAllEnvs();
  for (const path of [scene.home, join(scene.home, 'runs'), dirname(scene.home)]) {
    const sections = `filesystem_policy: { ${base}, ${path}] }`;
    await publish(scene, { ceiling: sections, agent: sections });
    await expect(scene.open()).rejects.toMatchObject({
      code: 'sandbox_path_forbidden',
      message: expect.stringContaining(path),
    });
  }
});

test(
  verifies('policy.task-secrets', 'a sandbox sees of its secrets what ceiling and policy show, and less of the rest'),
  async () => {
    const scene = await startScene({ '.env': 'S1', '.env.test': 'S2', 'a.csv': 'S3', 'b.txt': 'b' });
    const sections = {
      ceiling: 'task_secrets: { show: [.env.test] }',
      agent: 'task_secrets: { show: [.env.test], hide: ["*.csv"] }',
    };
    await publish(scene, sections);
    await scene.open();
    expect(await output(scene, 'cat .env a.csv 2>/dev/null; cat .env.test b.txt')).toBe('S2b');
    await expect(publish(scene, { ceiling: sections.ceiling })).rejects.toMatchObject({
      code: 'state_needs_new_sandbox',
    });
  },
);
