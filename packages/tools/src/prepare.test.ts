import { builtInToolNames } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { actionPreview, prepareCall, toolDeclarations } from './index.ts';

const samples: Readonly<Record<(typeof builtInToolNames)[number], Record<string, unknown>>> = {
  'shell.exec': { command: 'ls' },
  'file.read': { path: 'a' },
  'file.write': { path: 'a', content: 'text' },
  'file.edit': { path: 'a', old: 'x', new: 'y' },
  'file.list': {},
  'file.search': { pattern: 'x' },
  'http.fetch': { url: 'https://api.example.com/x', method: 'POST', body: '{"a":1}' },
  'browser.open': { url: 'https://app.example.com/x' },
  'browser.read': {},
  'browser.back': {},
  'browser.click': { ref: 'e1' },
  'browser.type': { ref: 'f1e2', text: 'x' },
  'browser.select': { ref: 'e1', options: ['one'] },
  'browser.press': { key: 'Control+A' },
  'browser.upload': { ref: 'e1', path: 'a' },
  'browser.download': { ref: 'e1', path: 'a' },
};

test(verifies('tools.declares-effects', 'the tools are declared, each with effect, roles and inverse'), () => {
  expect(toolDeclarations.map(({ name }) => name)).toEqual(builtInToolNames);
  const told = builtInToolNames.map((tool) => {
    const call = prepareCall({ tool, arguments: samples[tool] });
    if (call.kind === 'refused') throw new Error(call.reason);
    const roles = call.parameters.filter(({ role }) => role !== 'plain').map(({ name, role }) => `${name}: ${role}`);
    return [tool, call.effect, call.inverse.kind, call.writes, roles];
  });
  expect(told).toEqual([
    ['shell.exec', 'reversible', 'checkpoint', 'anything', []],
    ['file.read', 'read', 'none', [], []],
    ['file.write', 'reversible', 'checkpoint', ['a'], ['content: content']],
    ['file.edit', 'reversible', 'checkpoint', ['a'], ['new: content']],
    ['file.list', 'read', 'none', [], []],
    ['file.search', 'read', 'none', [], []],
    ['http.fetch', 'irreversible', 'none', [], ['url: destination', 'body: content']],
    ['browser.open', 'read', 'none', [], ['url: destination']],
    ['browser.read', 'read', 'none', [], []],
    ['browser.back', 'read', 'none', [], []],
    ['browser.click', 'reversible', 'none', [], []],
    ['browser.type', 'reversible', 'none', [], ['text: content']],
    ['browser.select', 'reversible', 'none', [], ['options: content']],
    ['browser.press', 'reversible', 'none', [], []],
    ['browser.upload', 'reversible', 'none', [], []],
    ['browser.download', 'reversible', 'checkpoint', ['a'], []],
  ]);
});

test('the JSON Schema that a model is given accepts what the tool accepts', () => {
  for (const { name, parameters } of toolDeclarations) {
    const schema = z.fromJSONSchema(parameters);
    expect(schema.safeParse(samples[name]).success, name).toBe(true);
    expect(schema.safeParse({ ...samples[name], surprise: 1 }).success, name).toBe(false);
  }
});

test('unknown tools and arguments that do not fit are refused in a sentence', () => {
  expect(prepareCall({ tool: 'file.delete', arguments: {} })).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('There is no tool "file.delete"'),
  });
  expect(prepareCall({ tool: 'file.read', arguments: { path: 1 } })).toMatchObject({
    reason: expect.stringMatching(/^The arguments do not fit file\.read: path:/),
  });
});

function fetchWith(headers: Record<string, string>): string {
  return prepareCall({ tool: 'http.fetch', arguments: { url: 'http://a.example.com/', headers } }).kind;
}

test(verifies('tools.fetch-is-one-request', 'headers that frame or route a request are refused'), () => {
  for (const name of [
    'Host',
    'content-length',
    'Transfer-Encoding',
    'Connection',
    'proxy-authorization',
    'te',
    'a b',
    'x:y',
  ])
    expect(fetchWith({ [name]: '1' }), name).toBe('refused');
  expect(fetchWith({ 'x-a': 'b\r\nhost: evil' })).toBe('refused');
  expect(fetchWith({ 'X-A': '1', 'x-a': '2' })).toBe('refused');
  expect(fetchWith({ accept: 'text/html', 'x-a': 'two words' })).toBe('ok');
});

test('the preview of a fetch is the request as it is sent', () => {
  const call = prepareCall({
    tool: 'http.fetch',
    arguments: {
      url: 'HTTP://Finance.LOCAL:80/a/../payments#part',
      method: 'POST',
      headers: { 'X-B': '2', 'a-first': '1' },
      body: '{"account":"DE89"}',
    },
  });
  if (call.kind === 'refused') throw new Error(call.reason);
  expect(actionPreview(call)).toEqual({
    command: ['/opt/node/bin/node', '/opt/clawhold/tools/http-fetch.mjs'],
    request: {
      method: 'POST',
      url: 'http://finance.local/payments',
      headers: [
        ['a-first', '1'],
        ['content-type', 'application/json'],
        ['x-b', '2'],
      ],
      body: '{"account":"DE89"}',
    },
  });
  for (const url of ['ftp://a.example.com/', 'https://user@a.example.com/', 'no address at all', 'file:///etc/passwd'])
    expect(prepareCall({ tool: 'http.fetch', arguments: { url } }).kind, url).toBe('refused');
});
