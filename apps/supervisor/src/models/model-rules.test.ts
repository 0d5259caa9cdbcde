import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { chunk, type ModelServer, startModelServer } from '../testing/model-server.ts';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const ceiling = `version: 1
name: ceiling
services: { finance.local: { socket: finance.sock } }
`;
const agent = (inference: string) => `version: 1
name: worker
labels: { files: [{ path: "mail/**", integrity: external }] }
tools: [{ match: file_read }]
inference: ${inference}
`;

// Made here, for nobody; in pieces, so that no scanner of repositories takes them for real ones.
const address = 'jane.doe@example.com';
const account = 'DE89 3704 0044 0532 0130 00';
const key = `glpat-${'Zk3Vq9Lw7Tx5Rb1Np8Hs6G'}`;
const privateKey = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----';

/** The model server of a scene, and a program in its sandbox that asks for a model. */
interface Models {
  readonly server: ModelServer;
  readonly scene: Scene;
  /** Sends a chat request from a program in the sandbox and gives what came back. */
  send(model: string, ...contents: readonly string[]): Promise<string>;
}

async function withModels(inference: string): Promise<Models> {
  const scene = await startScene({ 'mail/1.txt': 'Dear agent' });
  const server = await startModelServer(scene);
  await scene.ask('publishPolicy', { ceiling, agents: { worker: agent(inference) } });
  await scene.open();
  return {
    server,
    scene,
    async send(model, ...contents) {
      const messages = contents.map((content) => ({ role: 'user', content }));
      const body = JSON.stringify({ model, stream: true, messages });
      const command = `cat > /tmp/r.json <<'END'\n${body}\nEND\ncurl -sN -m 30 -H 'content-type: application/json' -d @/tmp/r.json http://inference.local/v1/chat/completions`;
      const { outcome } = await scene.call('shell.exec', { command });
      return outcome.kind === 'done' ? outcome.output : JSON.stringify(outcome);
    },
  };
}

test(
  verifies('inference.routes', 'what has the label goes to the local model, whatever was asked for, and it is shown'),
  async () => {
    const place = await withModels(
      `{ routes: [{ when: "labels.integrity == 'external'", use: local }, { use: default }] }`,
    );
    // The loop says what its model has seen; a program in the sandbox can have read every file.
    const think = () =>
      place.scene.think(place.scene.run, { model: 'far/m', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
    expect(await think()).toContain('far.example');
    expect(place.server.seen).toEqual([]);
    expect(await place.send('far/m', 'Hi')).toContain('Hello.');
    expect(place.server.seen.map((body) => JSON.parse(body).model)).toEqual(['m']);
    const decided = place.scene.plane.events.flatMap(({ type, body }) =>
      type === 'decision.made' && JSON.stringify(body).includes('"asked"') ? [body] : [],
    );
    expect(decided).toEqual([
      expect.objectContaining({
        question: expect.objectContaining({ kind: 'inference', provider: 'near', model: 'm', asked: 'far/m' }),
        decision: expect.objectContaining({
          kind: 'allow',
          reasons: [expect.objectContaining({ text: expect.stringContaining('inference.routes[0]') })],
        }),
      }),
    ]);
    expect(place.scene.plane.timeline).toContainEqual(
      expect.objectContaining({ kind: 'decision', what: 'ask near/m instead of far/m' }),
    );
    // Asked for itself it is no detour.
    expect(await place.send('near/m', 'Hi')).toContain('Hello.');
    expect(place.server.seen).toHaveLength(2);
  },
);

test.each([
  ['far/m', 'a model that is not the one'],
  ['nowhere/m', 'a model that nobody offers'],
])(verifies('inference.routes', 'a route to %s, %s, is followed or refused, never passed by'), async (use) => {
  const place = await withModels(`{ routes: [{ use: ${use} }] }`);
  expect(await place.send('near/m', 'Hi')).toMatch(/far\.example|There is no model .{1,2}nowhere\/m/);
  expect(place.server.seen).toEqual([]);
});

test(
  verifies('inference.redact', 'no value reaches the model, spelled as it may be, and the same has the same name'),
  async () => {
    const place = await withModels('{ redact: [pii, secrets] }');
    const nested = JSON.stringify({ to: address, iban: account.replaceAll(' ', '') });
    const base64 = Buffer.from(`user:${key}\n`).toString('base64');
    const answer = await place.send(
      'near/m',
      `Write to ${address}, not to x${address}.`,
      nested,
      `Keys: ${key}-more`,
      `Kept\nBasic ${base64}\nkept too`,
      privateKey,
      `Nothing in here, ${'word '.repeat(3_000)}`,
    );
    expect(answer).toContain('Hello.');
    const [sent = ''] = place.server.seen;
    const body = sent + Buffer.from(sent).toString('base64');
    for (const value of [address, account, account.replaceAll(' ', ''), key, base64, 'MIIEvQ', 'hkiG9w', '-more'])
      expect(body).not.toContain(value);
    const { messages } = JSON.parse(sent) as { messages: { content: string }[] };
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = messages.map(({ content }) => content);
    const [, name] = /Write to (\[withheld e-mail address [0-9a-f]{8}\]), not/.exec(first) ?? [];
    expect(name, first).toBeDefined();
    expect(JSON.parse(second)).toEqual({ to: name, iban: expect.stringMatching(/^\[withheld bank account \w{8}\]$/) });
    expect(third).toMatch(/^Keys: \[withheld access key \w{8}\]$/);
    expect(fourth).toMatch(/^Kept\n\[withheld line \w{8}\]\nkept too$/);
    expect(fifth).toMatch(/^\[withheld private key \w{8}\]$/);
    // The run has the same names for them after a restart.
    await place.scene.restart();
    await place.scene.ask('publishPolicy', { ceiling, agents: { worker: agent('{ redact: [pii] }') } });
    await place.scene.open();
    await place.send('near/m', `Again ${address}, and ${key}`);
    expect(JSON.parse(place.server.seen.at(-1) ?? '').messages[0].content).toBe(`Again ${name}, and ${key}`);
  },
);

test(
  verifies(
    'inference.redact',
    'a call with what stands for a value is not made, and the rest of the answer streams on',
  ),
  async () => {
    const place = await withModels('{ redact: [pii] }');
    place.server.answer = (request) => {
      const [placeholder = ''] = /\[withheld [^\]]+\]/.exec(request) ?? [];
      const call = (index: number, id: string, to: string) =>
        chunk({
          tool_calls: [
            { index, id, type: 'function', function: { name: 'file_read', arguments: JSON.stringify({ path: to }) } },
          ],
        });
      return [
        chunk({ content: `I saw ${placeholder}.` }),
        call(0, 'a', `x ${placeholder}`),
        call(1, 'b', 'mail/1.txt'),
        chunk({}, 'tool_calls'),
      ];
    };
    const answer = await place.send('near/m', `Mail ${address}`);
    expect(answer).toContain('I saw [withheld e-mail address');
    expect(answer).toContain('which stands for something that the policy withholds from models');
    expect(answer).toContain('mail/1.txt');
    expect(answer).not.toMatch(/"arguments":"[^}]*withheld/);
    expect(answer).not.toContain(address);
  },
);
