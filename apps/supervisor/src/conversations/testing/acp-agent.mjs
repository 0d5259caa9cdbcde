// A small agent as somebody else would write it with the SDK of the Agent Client Protocol. A message is a list of deeds; what
// came of them is its answer. It knows nothing of the platform.
import { execFileSync } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { agent, methods, ndJsonStream } from '@agentclientprotocol/sdk';

const once = [
  { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
  { optionId: 'ever', name: 'Always', kind: 'allow_always' },
  { optionId: 'no', name: 'No', kind: 'reject_once' },
];

/** What it can do, by name: with what its client is asked, the session, and the argument of the deed. */
const deeds = {
  shell: async (_client, _session, command) => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }),
  async ask(client, sessionId, { options = once, ...toolCall }) {
    const question = { sessionId, options, toolCall: { toolCallId: 'call', ...toolCall } };
    return (await client.request(methods.client.session.requestPermission, question)).outcome;
  },
  tell: (client, sessionId, update) => client.notify(methods.client.session.update, { sessionId, update }),
  request: (client, sessionId, [method, more]) =>
    client.request(method, { sessionId, ...more }).then(
      () => 'answered',
      ({ code }) => code,
    ),
  /** Whatever it likes, past the library. */
  raw: async (_client, _session, text) => void process.stdout.write(`${text}\n`),
  endless: async (_client, _session, bytes) => void process.stdout.write('x'.repeat(bytes)),
  leave: () => process.exit(3),
};

agent({ name: 'deeds' })
  .onRequest(methods.agent.initialize, ({ params }) => {
    console.error(JSON.stringify(params.clientCapabilities));
    return { protocolVersion: Number(process.env.SPEAKS ?? 1), agentCapabilities: {} };
  })
  .onRequest(methods.agent.session.new, ({ params }) => ({ sessionId: `session of ${params.cwd}` }))
  .onRequest(methods.agent.session.prompt, async ({ params: { sessionId, prompt }, client }) => {
    const came = [];
    for (const [name, argument] of JSON.parse(prompt[0].text))
      came.push((await deeds[name](client, sessionId, argument)) ?? null);
    const content = { type: 'text', text: JSON.stringify(came) };
    await client.notify(methods.client.session.update, {
      sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content },
    });
    return { stopReason: 'end_turn' };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
