import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Run } from '@clawhold/client';
import {
  machineFolder,
  makeProductPlace,
  type Product,
  type ProductPlace,
  scale,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { printed, refusals, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });

const machine = machineFolder();
const platform = `linux-${process.arch}`;
const target = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;

/** The real programs, and how their models call the tool that runs a command. */
const agents = [
  ['claude-code', `@anthropic-ai/claude-code-${platform}/claude`, 'Bash', 'command'],
  ['codex', `@openai/codex-${platform}/vendor/${target}/bin/codex`, 'exec_command', 'cmd'],
] as const;

const scenario = (name: string, tool: string, argument: string) => `scenario: ${name}
description: Writes a report and tries to read what it may not.
steps:
  - name: write
    when: { turns: { max: 0 } }
    call:
      - { name: report, tool: ${tool}, arguments: { ${argument}: "echo done > report.txt" } }
      - { name: peek, tool: ${tool}, arguments: { ${argument}: "cat ledger.csv" } }
  - { name: finish, when: { after: [write] }, say: I wrote the report. }
`;
const files = (folder: string) => `filesystem_policy:
  include_workdir: true
  read_only: [/usr, /etc, ${folder}]
  read_write: [/tmp, /dev/shm]
`;

// Each is hundreds of megabytes from the registry, so this is for test:long.
describe.skipIf(scale(1) === 1 || machine === undefined)('third-party agents as they are published', () => {
  let installed: string;
  let place: ProductPlace;
  let product: Product;
  let work: string;

  beforeAll(async () => {
    installed = await mkdtemp(join(machine ?? '', 'clawhold-agents-'));
    const pinned = join(import.meta.dirname, 'known-agents');
    await cp(join(pinned, 'manifest.json'), join(installed, 'package.json'));
    await cp(join(pinned, 'lock.json'), join(installed, 'package-lock.json'));
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: installed });
    await promisify(execFile)('chmod', ['-R', 'a+rX', installed]);

    place = await makeProductPlace({});
    await (await startProduct(place)).stop();
    const configuration = join(place.home, 'configuration');
    work = join(place.folder, 'work');
    for (const folder of [work, join(configuration, 'scenarios'), join(configuration, 'agents')])
      await mkdir(folder, { recursive: true });
    await writeFile(join(work, 'ledger.csv'), '1,2');
    await writeFile(join(configuration, 'ceiling.yaml'), `version: 1\nname: ceiling\n${files(installed)}`);
    for (const [kind, path, tool, argument] of agents) {
      const program = JSON.stringify(join(installed, 'node_modules', path));
      const manifest = `name: ${kind}\ndescription: As published.\nharness: ${kind}\ncommand: [${program}]\n`;
      const rule = `tools:\n  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }\n`;
      await writeFile(join(configuration, `agents/${kind}.yaml`), manifest);
      await writeFile(
        join(configuration, `policies/${kind}.yaml`),
        `version: 1\nname: ${kind}\n${files(installed)}${rule}`,
      );
      await writeFile(join(configuration, `scenarios/${kind}.yaml`), scenario(kind, tool, argument));
    }
    product = await startProduct(place);
  });
  afterAll(async () => {
    await product?.stop();
    await place?.[Symbol.asyncDispose]();
    await rm(installed, { recursive: true, force: true });
  });

  test.each(agents)(
    verifies('product.known-agents', '%s works unchanged on its own wire, and is refused what the policy refuses'),
    async (kind) => {
      const words = ['run', 'Write the report.', '--dir', work, '--agent', kind];
      const ended = await place.cli(...words, '--model', `rehearsal/${kind}`);
      expect(ended.stdout).toContain('I wrote the report.');
      const [last] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
      const { timeline, ...run } = printed<ShownRun>(await place.cli('show', last?.id ?? '', '--json'));
      expect(run).toMatchObject({ state: 'finished', outcome: 'I wrote the report.', usage: { turns: 2 } });
      expect(refusals(timeline)).toEqual(['deny propose shell.exec']);
      const { changes } = printed<{ changes: readonly { path: string }[] }>(await place.cli('diff', run.id, '--json'));
      expect(changes.map(({ path }) => path)).toEqual(['report.txt']);
    },
  );
});
