import { limits } from '@clawhold/spec';
import type { Harness } from '../harness.ts';
import { mcpUrl } from '../mcp-server.ts';

import { configurationFolder, type Mind, type MindAssignment, remoteShellFolder, skillsFolder } from '../mind.ts';
import { openclawControlUi } from './control-ui.ts';
import { createGatewayWire } from './gateway-wire.ts';
import { createHands } from './hands.ts';

const configurationFile = 'openclaw.json';
/** In the sandbox in which it thinks `/task` is its own state. */
const workspace = '/task/workspace';

const port = 18_789;
/** What its hands carry out. */
const handTools = ['exec', 'read', 'write', 'edit', 'apply_patch', 'ls'];

const ownTools = [...handTools, 'memory_search', 'memory_get'];

const mind: Mind = {
  tools: handTools,
  environment: (proxy) => ({
    HOME: '/task/home',
    OPENCLAW_STATE_DIR: '/task/state',
    OPENCLAW_CONFIG_PATH: `${configurationFolder}/${configurationFile}`,
    // What it fetches, and what it only looked up, is no memory.
    XDG_CACHE_HOME: '/tmp/cache',
    // The usual variables alone reach no further than its model calls.
    OPENCLAW_PROXY_URL: proxy,
  }),
  configuration: (assignment) => ({ [configurationFile]: JSON.stringify(configurationOf(assignment), undefined, 1) }),
  hands: createHands,
  conversation: {
    start: ({ command }) => ({ arguments: [...command, 'gateway'], environment: {} }),
    port,
    controlUi: openclawControlUi,
    open: (secret) => createGatewayWire(secret, handTools),
  },
};

/**
 * OpenClaw (npm `openclaw`), one task as one turn of its main conversation, or many as its gateway, which stays. Its tools for files and shell act through its own
 * ssh backend, which leads to the platform; it has no plugins, no channels, no search of tools, and nothing that changes itself.
 *
 * @see https://docs.openclaw.ai/gateway/sandboxing
 */
export const openclaw: Harness = {
  tools: {
    exec: { is: 'shell.exec', arguments: { command: 'command' } },
    read: { is: 'file.read', arguments: { path: 'path' } },
    write: { is: 'file.write', arguments: { path: 'path', content: 'content' } },
    // What it replaces with what it says in lists; the whole new content is decided when it is written.
    edit: { is: 'file.read', arguments: { path: 'path' } },
    apply_patch: { is: 'conversation', arguments: {} },
    ls: { is: 'file.list', arguments: { path: 'path' } },
    memory_search: { is: 'conversation', arguments: {} },
    memory_get: { is: 'conversation', arguments: {} },
  },
  start: ({ task, command }) => ({
    // Its standard input, so that no rule about commands takes the person's words for one.
    arguments: [...command, 'agent', '--local', '--agent', 'main', '--message-file', '/proc/self/fd/0', '--json'],
    environment: {},
    input: task,
  }),
  answer(stdout) {
    try {
      const { payloads } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { payloads?: unknown }; // looked at below
      const texts = (Array.isArray(payloads) ? payloads : []).map((payload) => (payload as { text?: unknown }).text);
      return texts.filter((text) => typeof text === 'string').join('\n\n');
    } catch {
      return stdout.trim();
    }
  },
  mind,
};

function configurationOf({ model, secret, mcp, skills }: MindAssignment): object {
  const servers = Object.keys(mcp);
  const mcpTools = servers.map((name) => `${name}__*`);
  return {
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port,
      auth: { mode: 'token', token: secret },
      controlUi: { enabled: false },
      terminal: { enabled: false },
      reload: { mode: 'off' },
    },
    discovery: { mdns: { mode: 'off' } },
    agents: {
      defaults: {
        workspace,
        model: { primary: `clawhold/${model}` },
        skills,
        // It acts when somebody asks, and not by the clock.
        heartbeat: { every: '0m' },
        sandbox: {
          mode: 'all',
          backend: 'ssh',
          scope: 'agent',
          workspaceAccess: 'rw',
          ssh: {
            command: `${remoteShellFolder}/ssh.mjs`,
            target: 'hands@clawhold:22',
            workspaceRoot: '/task',
            strictHostKeyChecking: false,
            updateHostKeys: false,
          },
        },
      },
    },
    models: {
      mode: 'replace',
      catalogRefresh: { enabled: false },
      providers: {
        clawhold: {
          baseUrl: 'http://inference.local/v1',
          apiKey: 'clawhold',
          api: 'openai-completions',
          models: [
            { id: model, name: model, reasoning: false, input: ['text'], contextWindow: 128_000, maxTokens: 8_192 },
          ],
        },
      },
    },
    mcp: {
      servers: Object.fromEntries(
        servers.map((name) => [
          name,
          {
            url: mcpUrl(name),
            transport: 'streamable-http',
            connectionTimeoutMs: limits.mcpCallSeconds * 1_000,
            // A call waits for people as long as they have.
            requestTimeoutMs: limits.approvalSeconds * 1_000,
          },
        ]),
      ),
    },
    plugins: { enabled: false },
    cron: { enabled: false },
    commands: { restart: false },
    // Its own are none that a person released; an empty list would let them all in.
    skills: { allowBundled: ['-'], load: { extraDirs: skills.length === 0 ? [] : [skillsFolder], watch: false } },
    telemetry: { enabled: false },
    update: { checkOnStart: false },
    tools: {
      elevated: { enabled: false },
      loopDetection: { enabled: true },
      agentToAgent: { enabled: false },
      sessions: { visibility: 'self' },
      toolSearch: false,
      allow: [...ownTools, ...mcpTools],
      ...(servers.length === 0 ? {} : { sandbox: { tools: { alsoAllow: mcpTools } } }),
    },
  };
}
