import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';

/** A program of the sandbox that says `ping` through a tunnel and prints what comes back. */
const say = (words: string) =>
  `node -e 'const s = net.connect(3128, "127.0.0.1"); s.on("error", () => {}); s.pipe(process.stdout); s.write("CONNECT raw.local:25 HTTP/1.1\\r\\nHost: raw.local:25\\r\\n\\r\\n"); s.once("data", () => s.write(${JSON.stringify(words)}))'`;

test(
  verifies('supervisor.effects-remain', 'a tunnel that nobody read is listed after an undo, with what it carried'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const { outcome } = await scene.call('shell.exec', { command: `${say('ping')}; echo done > report.txt` });
    expect(outcome).toMatchObject({ kind: 'done', output: expect.stringContaining('pong') });
    await scene.ask('closeSandbox', { run: scene.run });
    const { digest } = await scene.ask('listChanges', { run: scene.run });
    await scene.ask('keep', { run: scene.run, digest, paths: null, skipConflicts: false });
    const sentence =
      /^A connection to raw\.local:25 at 20\d\d-[\dT:.-]+Z carried 4 bytes out and 4 bytes in, unread; what it did cannot be taken back\.$/;
    await vi.waitFor(async () =>
      expect((await scene.ask('undo', { run: scene.run })).remaining).toEqual([expect.stringMatching(sentence)]),
    );
  },
);

test(
  verifies('supervisor.bytes-metered', 'a run whose budget of bytes is spent is told so, and it is in the ledger'),
  async () => {
    const scene = await startScene({}, 'budgets: { egress: 1500/run }\n');
    await scene.open();
    const body = 'x'.repeat(400);
    const outcomes: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const { outcome } = await scene.call('shell.exec', { command: say(body) });
      outcomes.push(outcome.kind === 'done' && outcome.output.includes('pong') ? 'passed' : 'kept');
    }
    // 400 bytes out, three times; the fourth does not fit, nor does anything after it. What comes back is not counted.
    expect(outcomes).toEqual(['passed', 'passed', 'passed', 'kept', 'kept', 'kept']);
    const refused = scene.plane.events.flatMap(({ type, body: made }) =>
      type === 'decision.made' && JSON.stringify(made).includes('bytes to the outside') ? [made] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
  },
);
