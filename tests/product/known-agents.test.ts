import { appendFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '@clawhold/client';
import { makeProductPlace, type Product, type ProductPlace, scale, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { npmSettings, operator, patience, printed, refusals, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });

/** The real programs, and how their models call the tool that runs a command. */
const agents = [
  ['claude-code', 'Bash', 'command'],
  ['codex', 'exec_command', 'cmd'],
  ['opencode', 'bash', 'command'],
  ['pi', 'bash', 'command'],
] as const;

const rule = `tools:\n  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }\n`;

/** What each of them would do at its next start, if it found it: leave a file in the task folder. */
const planting = [
  'mkdir -p ~/.claude /tmp/codex ~/.config/opencode/plugin /tmp/pi/extensions',
  `echo '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch /task/planted"}]}]}}' > ~/.claude/settings.json`,
  `echo 'notify = ["touch", "/task/planted"]' > /tmp/codex/config.toml`,
  `echo 'require("fs").writeFileSync("/task/planted", "")' | tee ~/.config/opencode/plugin/evil.js > /tmp/pi/extensions/evil.js`,
].join('; ');

// What matches `task` is where the model begins to count, so it knows a conversation that goes on from a new one.
const scenario = (name: string, tool: string, argument: string) => `scenario: ${name}
description: Writes a report and tries to read what it may not.
task: Write the report
steps:
  - { name: recall, when: { prompt: What did you write, after: [write] }, say: I remember the report. }
  - { name: planted, when: { prompt: Plant, after: [plant] }, say: It is there. }
  - { name: plant, when: { prompt: Plant }, call: [{ name: it, tool: ${tool}, arguments: { ${argument}: ${JSON.stringify(planting)} } }] }
  - { name: talk, when: { prompt: And now }, say: Nothing more. }
  - name: write
    when: { turns: { max: 0 } }
    call:
      - { name: report, tool: ${tool}, arguments: { ${argument}: "echo done > report.txt" } }
      - { name: peek, tool: ${tool}, arguments: { ${argument}: "cat ledger.csv" } }
  - { name: finish, when: { after: [write] }, say: I wrote the report. }
`;

/** OpenCode as an editor would start it: it speaks the Agent Client Protocol, and asks before it runs a command. */
const editor = `#!/bin/sh
mkdir -p /tmp/.config/opencode && echo offline=true > /tmp/.config/opencode/.npmrc
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 OPENCODE_DISABLE_MODELS_FETCH=1 OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_DEFAULT_PLUGINS=1
export OPENCODE_CONFIG_CONTENT='{"model":"c/rehearsal/opencode","small_model":"c/rehearsal/opencode","permission":"ask","snapshot":false,"provider":{"c":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"http://inference.local/v1","apiKey":"x"},"models":{"rehearsal/opencode":{}}}}}'
exec ./opencode acp --pure
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

  test.each(agents)(
    verifies('agents.memory', '%s goes on in the conversation of its last run, and nothing that it planted comes back'),
    async (kind) => {
      const run = (task: string) =>
        place.cli('run', task, '--dir', work, '--agent', kind, '--model', `rehearsal/${kind}`);
      expect((await run('Plant it.')).stdout).toContain('It is there.');
      expect((await run('What did you write?')).stdout).toContain('I remember the report.');
      const [last] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
      expect(last).toMatchObject({ state: 'finished', outcome: 'I remember the report.' });
      const { changes } = printed<{ changes: readonly { path: string }[] }>(
        await place.cli('diff', last?.id ?? '', '--json'),
      );
      expect(changes).toEqual([]);
      const kept = await place.cli('agent', 'changes', kind, '--json');
      expect(kept.stdout).toContain('home/');
      expect(kept.stdout).not.toMatch(/evil|settings|config/);
    },
  );

  interface Said {
    readonly run: string;
    readonly ok: boolean;
    readonly text: string;
  }

  test(verifies('product.known-agents', 'OpenCode is talked to over the Agent Client Protocol'), async () => {
    const say = async (text: string, ...more: readonly string[]): Promise<Said> => {
      const { stdout, stderr } = await place.cli(
        'chat',
        'opencode',
        '--dir',
        work,
        '--message',
        text,
        '--json',
        ...more,
      );
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      if (last === '') throw new Error(stderr);
      return JSON.parse(last) as Said; // what the command prints last
    };
    const wrote = await say('Write the report.', '--model', 'rehearsal/opencode');
    expect(wrote).toMatchObject({ ok: true, text: 'I wrote the report.' });
    expect(await say('And now?', '--end')).toMatchObject({ run: wrote.run, ok: true, text: 'Nothing more.' });
    const { timeline, ...run } = printed<ShownRun>(await place.cli('show', wrote.run, '--json'));
    expect(run).toMatchObject({ state: 'finished' });
    expect(refusals(timeline)).toEqual(['deny propose shell.exec']);
  });

  test(verifies('product.known-agents', 'an editor’s agent asks people before it runs a command'), async () => {
    const [installed = ''] = (await readdir(join(place.home, 'installed'))).filter((name) =>
      name.startsWith('opencode'),
    );
    const program = `node_modules/opencode-linux-${process.arch}-baseline/bin/opencode`;
    await cp(join(place.home, 'installed', installed, program), join(work, 'opencode'));
    await writeFile(join(work, 'editor.sh'), editor);
    const created = await place.cli('agent', 'create', 'editor', '--harness', 'acp', '--', 'sh', 'editor.sh');
    expect(created, created.stderr).toMatchObject({ status: 0 });
    const configuration = join(place.home, 'configuration');
    const meaning = 'tools: { bash: { is: shell.exec, arguments: { command: command } } }\n';
    await appendFile(join(configuration, 'agents/editor.yaml'), meaning);
    await appendFile(join(configuration, 'policies/editor.yaml'), rule);
    expect(await place.cli('policy', 'reload')).toMatchObject({ status: 0 });
    const words = ['run', 'Write the report.', '--dir', work, '--agent', 'editor', '--model', 'rehearsal/opencode'];
    const begun = printed<Run>(await place.cli(...words, '--detach', '--json'));
    const shown = async () => printed<ShownRun>(await place.cli('show', begun.id, '--json'));
    const asked = await vi.waitUntil(async () => {
      const { state: now, outcome } = await shown();
      if (now === 'finished' || now === 'failed') throw new Error(`${now}: ${outcome}`);
      const { data } = await operator(product).GET('/approvals');
      return data?.approvals.find(({ state }) => state === 'pending');
    }, patience);
    expect(asked.action).toMatchObject({ tool: 'execute', arguments: { command: 'echo done > report.txt' } });
    expect(await place.cli('approve', asked.id)).toMatchObject({ status: 0 });
    const run = await vi.waitUntil(async () => {
      const now = await shown();
      return now.state === 'finished' && now;
    }, patience);
    expect(run).toMatchObject({ outcome: 'I wrote the report.' });
    const { changes } = printed<{ changes: readonly { path: string }[] }>(await place.cli('diff', run.id, '--json'));
    expect(changes.map(({ path }) => path)).toContain('report.txt');
  });
});
