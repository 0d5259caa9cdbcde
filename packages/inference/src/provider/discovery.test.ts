import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { openDoor } from '../fixtures/open-door.ts';
import { onlyServer, sendJson, wireServer } from '../fixtures/wire-server.ts';

const list = (...ids: string[]): object => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

test(
  verifies('inference.providers-in-order', 'configuration, environment, local servers, rehearsal model'),
  async () => {
    const configured = await wireServer((response) => sendJson(response, list('m')));
    const environment = await wireServer((response) => sendJson(response, list('gpt-x')));
    const local = await wireServer((response) => sendJson(response, { data: [{ id: 'llama', max_model_len: 4096 }] }));
    const options = { localPorts: [local.port], providerKeys: { OPENAI_BASE_URL: environment.baseUrl } };
    const all = await openDoor(options, onlyServer(configured.baseUrl));
    expect((await all.inference.models()).map(({ name, found }) => `${found}: ${name}`)).toEqual([
      'configuration: peer/m',
      'environment: openai/gpt-x',
      `local server: local-${local.port}/llama`,
      'rehearsal: rehearsal/default',
    ]);
    expect(all.inference.defaultModel()).toBe('peer/m');
    expect((await openDoor(options)).inference.defaultModel()).toBe('openai/gpt-x');
    const onlyLocal = await openDoor({ localPorts: [local.port] });
    expect((await onlyLocal.inference.models())[0]).toMatchObject({ contextTokens: 4096, locality: 'local' });
    expect((await openDoor()).inference.defaultModel()).toBe('rehearsal/default');
    const chosen = await openDoor(options, `${onlyServer(configured.baseUrl)}default: openai/gpt-x\n`);
    expect(chosen.inference.defaultModel()).toBe('openai/gpt-x');
  },
);

test('a port where something else listens, or nothing answers, is no model server', async () => {
  const page = await wireServer((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
  const silent = await wireServer(() => undefined);
  const door = await openDoor({ localPorts: [page.port, silent.port, 9] });
  expect((await door.inference.models()).map(({ name }) => name)).toEqual(['rehearsal/default']);
});

test('scenarios are read from the folders that are given, and one that is not there holds none', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'x.yaml'), 'scenario: x\ndescription: d\nsteps: [{ name: a, say: hello }]\n');
  const door = await openDoor({ scenarios: [folder, join(folder, 'nothing')] });
  expect((await door.inference.models()).map(({ name }) => name)).toEqual(['rehearsal/default', 'rehearsal/x']);
});

test('a cloud key without a network still offers what the person chose', async () => {
  const door = await openDoor({
    providerKeys: { ANTHROPIC_API_KEY: 'k', ANTHROPIC_MODEL: 'claude-x' },
    dial: () => Promise.reject(new Error('no network here')),
  });
  expect(door.inference.defaultModel()).toBe('anthropic/claude-x');
});

test.each([
  [
    'providers:\n  - name: a\n    baseURL: http://127.0.0.1:1/v1\n',
    /models\.yaml, line 3: "baseURL" is not a key .*did you mean "baseUrl"/,
  ],
  ['provider: []\n', /line 1: "provider" is not a key here; did you mean "providers"/],
  [
    'providers:\n  - name: a\n    baseUrl: http://user:pw@127.0.0.1/v1\n',
    /baseUrl of a .* is not a plain http or https URL/,
  ],
  [
    'providers:\n  - name: a\n    baseUrl: http://127.0.0.1/v1\n    key: NOT_SET\n',
    /the key of a is in NOT_SET, which is not set/,
  ],
  ['providers: [\n', /line \d: /],
  ['providers:\n  - name: a\n  - name: b\n    baseUrl: 3\n', /line 2: providers\.0\.baseUrl/],
])(
  verifies('inference.scenario-typo-is-named', 'models.yaml %j is refused with line and key'),
  async (source, message) => {
    await expect(openDoor({}, source)).rejects.toMatchObject({
      code: 'input_configuration',
      message: expect.stringMatching(message),
    });
  },
);
