import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openclawControlUi as ui } from './control-ui.ts';
import { pageMethods, platformMethods } from './page-methods.ts';

const request = (method: string, params?: unknown): string => JSON.stringify({ type: 'req', id: 'r1', method, params });
const main = 'agent:main:main';
const refused = (method: string) => expect.objectContaining({ kind: 'refused', id: 'r1', method });

describe('what its page asks for', () => {
  test(verifies('agents.control-ui-words', 'only what is named passes, and of that only what is understood'), () => {
    const asked = { sessionKey: main, limit: 80, maxBytes: 262_144, cursor: 'elsewhere', agentId: 'main' };
    expect(ui.read(request('chat.history', asked))).toEqual({
      kind: 'harmless',
      message: request('chat.history', { sessionKey: main, agentId: 'main', limit: 80, maxBytes: 262_144 }),
    });
    // Twice the same key: what is judged is what is sent on.
    const doubled = `{"type":"req","id":"r1","method":"config.set","method":"health","params":{"a":1},"__proto__":{"method":"x"}}`;
    expect(ui.read(doubled)).toEqual({ kind: 'harmless', message: request('health', {}) });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.jsonValue(), (method, params) => {
        const isNamed = pageMethods.has(method) || platformMethods.some((one) => one === method);
        if (!isNamed && method !== 'connect') expect(ui.read(request(method, params)).kind).toBe('refused');
      }),
      { numRuns: scale(300) },
    );
  });

  test.each([
    'exec.approval.resolve',
    'plugin.approval.resolve',
    'question.resolve',
    'config.get',
    'config.patch',
    'sessions.list',
    'sessions.send',
    'cron.add',
    'skills.install',
    'constructor',
    '__proto__',
  ])(verifies('agents.control-ui-words', '%s is refused'), (method) => {
    expect(ui.read(request(method, { id: 'a', decision: 'allow-once', sessionKey: main }))).toEqual(refused(method));
  });

  test(verifies('agents.control-ui-words', 'what is asked of another conversation is refused'), () => {
    for (const other of ['agent:main:other', 'agent:evil:main', '', ' main', 'global', null, ['main']]) {
      for (const method of ['chat.history', 'chat.metadata', 'chat.startup', 'chat.abort', 'models.list'])
        expect(ui.read(request(method, { sessionKey: other })), method).toEqual(refused(method));
      for (const method of ['sessions.describe', 'sessions.messages.subscribe'])
        expect(ui.read(request(method, { key: other })), method).toEqual(refused(method));
      const said = { sessionKey: other, message: 'Hello', idempotencyKey: 'k' };
      expect(ui.read(request('chat.send', said))).toEqual(refused('chat.send'));
    }
    expect(ui.read(request('agent.identity.get', { agentId: 'evil' }))).toEqual(refused('agent.identity.get'));
  });

  test(verifies('agents.no-commands', 'words are said, and neither a command of its own nor a file'), () => {
    const say = (more: object) =>
      ui.read(request('chat.send', { sessionKey: 'main', message: ' Hello ', idempotencyKey: 'k-1', ...more }));
    expect(say({ deliver: true, queueMode: 'interrupt' })).toEqual({
      kind: 'says',
      id: 'r1',
      turn: 'k-1',
      text: 'Hello',
    });
    for (const message of ['/approve a allow-once', 'Well.\n/config set x', '\u200b/model'])
      expect(say({ message })).toMatchObject({ kind: 'refused', why: expect.stringContaining('Put a word before') });
    expect(say({ attachments: [{ path: '/etc/passwd' }] })).toEqual(refused('chat.send'));
    // It stands in what the page is told later.
    for (const idempotencyKey of ['', '$&', '"', 'k'.repeat(101)])
      expect(say({ idempotencyKey })).toEqual(refused('chat.send'));
    expect(ui.read(request('chat.abort', { sessionKey: main, runId: 'x' }))).toEqual({ kind: 'stops', id: 'r1' });
  });

  test(verifies('agents.control-ui-words', 'whatever it introduces itself as, the platform is introduced'), () => {
    expect(ui.read(request('connect', { scopes: ['operator.admin'] }))).toEqual({ kind: 'introduction', id: 'r1' });
    const { params } = JSON.parse(ui.introduce('r1', 'the secret'));
    expect(params).toMatchObject({ scopes: ['operator.read', 'operator.write'], auth: { token: 'the secret' } });
    expect(params).not.toHaveProperty('device');
  });

  test(verifies('agents.control-ui-words', 'what is no request is refused, and nothing makes it throw'), () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect(ui.read(message)).toMatchObject({ kind: 'refused', id: undefined, method: 'unknown' });
        expect(ui.show(message, 's3cret')).toBeUndefined();
      }),
      { numRuns: scale(300) },
    );
    const strange = ui.read(JSON.stringify({ type: 'req', id: 'r1', method: 'a\nb' }));
    expect(strange).toMatchObject({ method: 'unknown' });
  });
});

describe('what its page is told', () => {
  const event = (name: string, payload: unknown): string => JSON.stringify({ type: 'event', event: name, payload });

  test(
    verifies('agents.control-ui-words', 'no question, nothing of another conversation, and never the secret'),
    () => {
      const chat = event('chat', { sessionKey: main, runId: 't', state: 'final' });
      expect(JSON.parse(ui.show(chat, 's3cret') ?? '')).toEqual(JSON.parse(chat));
      for (const name of ['exec.approval.requested', 'plugin.approval.requested', 'device.pair.requested', 'new.one'])
        expect(ui.show(event(name, { id: 'a' }), 's3cret')).toBeUndefined();
      expect(ui.show(event('chat', { sessionKey: 'agent:main:other', state: 'final' }), 's3cret')).toBeUndefined();
      expect(ui.show(event('chat', { sessionKey: main, text: 'It is s3cret.' }), 's3cret')).not.toContain('s3cret');
    },
  );

  test(verifies('agents.control-ui-words', 'it is greeted with what it may do, and no other way in'), () => {
    const hello = {
      type: 'hello-ok',
      protocol: 4,
      server: { version: '1' },
      features: { methods: ['config.set'], events: [] },
      auth: { deviceToken: 'd3vice', scopes: ['operator.admin'] },
      pluginSurfaceUrls: { canvas: 'http://127.0.0.1/cap/d3vice' },
      snapshot: { configPath: '/task/d3vice' },
      policy: { maxPayload: 1 },
    };
    const shown = ui.show(JSON.stringify({ type: 'res', id: 'r1', ok: true, payload: hello }), 's3cret') ?? '';
    expect(JSON.parse(shown)).toMatchObject({
      id: 'r1',
      ok: true,
      payload: {
        server: { version: '1' },
        policy: { maxPayload: 1 },
        auth: { role: 'operator', scopes: ['operator.read', 'operator.write'] },
        features: { methods: [...pageMethods.keys(), 'chat.abort', 'chat.send'] },
      },
    });
    expect(shown).not.toContain('d3vice');
    expect(shown).not.toContain('config.set');
  });

  test('an answer names the request', () => {
    expect(JSON.parse(ui.answer('r1', { kind: 'taken', turn: 'k' }))).toMatchObject({
      id: 'r1',
      payload: { runId: 'k' },
    });
    expect(JSON.parse(ui.answer('r1', { kind: 'stopped' }))).toMatchObject({ id: 'r1', ok: true });
    expect(JSON.parse(ui.answer('r1', { kind: 'refused', why: 'No.' }))).toMatchObject({
      ok: false,
      error: { message: 'No.' },
    });
  });
});
