import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '@clawhold/client';
import { makeProductPlace, type Product, type ProductPlace, scale, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { npmSettings, printed, refusals, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });

/** The real programs, and how their models call the tool that runs a command. */
const agents = [
  ['claude-code', 'Bash', 'command'],
  ['codex', 'exec_command', 'cmd'],
  ['opencode', 'bash', 'command'],
  ['pi', 'bash', 'command'],
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
// Each is hundreds of megabytes from the registry, so this is for test:long.
describe.skipIf(scale(1) === 1)('third-party agents as they are published', () => {
  let place: ProductPlace;
  let product: Product;
  let work: string;

  beforeAll(async () => {
    place = await makeProductPlace({ environment: npmSettings() });
    const configuration = join(place.home, 'configuration');
    await place.configure(
      Object.fromEntries(
        agents.map(([kind, tool, argument]) => [`scenarios/${kind}.yaml`, scenario(kind, tool, argument)]),
      ),
    );
    work = join(place.folder, 'work');
    await mkdir(work);
    await writeFile(join(work, 'ledger.csv'), '1,2');
    product = await startProduct(place);
    for (const [kind] of agents) {
      const created = await place.cli('agent', 'create', kind, '--harness', kind);
      expect(created, created.stderr).toMatchObject({ status: 0 });
      const rule = `tools:\n  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }\n`;
      await appendFile(join(configuration, `policies/${kind}.yaml`), rule);
    }
    expect(await place.cli('policy', 'reload')).toMatchObject({ status: 0 });
  });
  afterAll(async () => {
    await product?.stop();
    await place?.[Symbol.asyncDispose]();
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
