import { acpConversation } from './acp/acp-conversation.ts';
import type { Harness, ProgramEvent } from './harness.ts';
import { type McpServers, mcpUrl } from './mcp-server.ts';
import { continuing } from './memory.ts';
import { memberOf, readPrintedEvent, wordsOf } from './printed-event.ts';
import { withFiles } from './with-files.ts';

const headless = ['run', '--pure', '--format', 'json', '--title', 'Task', '--model'];

const folder = '/tmp/.local/share/opencode';

/** It ends without bringing its last words from the database's log, whose checksums hold every byte, into the database. */
const settleDatabase = `
const { DatabaseSync } = require('node:sqlite');
new DatabaseSync('${folder}/opencode.db').exec('PRAGMA wal_checkpoint(TRUNCATE)');
`;

/**
 * OpenCode (npm `opencode-ai`, of which only the program of this machine is installed), headless: one task, events as lines of
 * JSON. Its own permissions are open, because nobody is there to answer them; what needs a person is asked at the model door.
 * What a task folder says about it (`opencode.json`) is not read: it could start programs that nobody proposed.
 *
 * @see https://opencode.ai/docs/cli
 */
export const opencode: Harness = {
  tools: {
    bash: { is: 'shell.exec', arguments: { command: 'command' } },
    read: { is: 'file.read', arguments: { path: 'filePath' } },
    write: { is: 'file.write', arguments: { path: 'filePath', content: 'content' } },
    edit: {
      is: 'file.edit',
      arguments: { path: 'filePath', old: 'oldString', new: 'newString', replace_all: 'replaceAll' },
    },
    glob: { is: 'file.list', arguments: { path: 'path' } },
    grep: { is: 'file.search', arguments: { pattern: 'pattern', path: 'path' } },
    // A sub-agent's model and its calls come through the same door.
    task: { is: 'conversation', arguments: {} },
    todowrite: { is: 'conversation', arguments: {} },
    skill: { is: 'conversation', arguments: {} },
  },
  start: ({ task, model, command, mcp }) => ({
    arguments: withFiles(
      openCodeFiles,
      continuing({ place: `${folder}/opencode.db`, first: '', again: '--continue' }, [
        ...command,
        ...headless,
        `clawhold/${model}`,
      ]),
    ),
    environment: openCodeEnvironment(model, mcp),
    input: task,
  }),
  // Beside it lie its sign-ins; its configuration, plugins and commands are in other folders.
  memory: {
    folder,
    names: ['opencode.db'],
    kept: /^opencode\.db$/,
    settle: ['/opt/node/bin/node', '-e', settleDatabase],
  },
  conversation: acpConversation(({ model, command }) => ({
    arguments: withFiles(openCodeFiles, [...command, 'acp', '--pure']),
    environment: openCodeEnvironment(model, {}),
  })),
  read(line): readonly ProgramEvent[] {
    const event = readPrintedEvent(line);
    switch (event['type']) {
      case 'text': {
        const text = wordsOf(memberOf(event['part'])['text']);
        return text === '' ? [] : [{ kind: 'said', text }];
      }
      case 'error': {
        const { name, data } = memberOf(event['error']);
        return [{ kind: 'failed', text: wordsOf(memberOf(data)['message']) || wordsOf(name) }];
      }
      default:
        return [];
    }
  },
};

/** It fetches a library for plugins from a registry, unless npm is told not to, there and only there. */
const openCodeFiles = { '/tmp/.config/opencode/.npmrc': 'offline=true\n' } as const;

function openCodeEnvironment(model: string, mcp: McpServers): Readonly<Record<string, string>> {
  const name = `clawhold/${model}`;
  return {
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      model: name,
      // What it asks besides, for titles and the like.
      small_model: name,
      provider: {
        clawhold: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Clawhold',
          options: { baseURL: 'http://inference.local/v1', apiKey: 'clawhold' },
          models: { [model]: { name: model, tool_call: true, limit: { context: 128_000, output: 8_192 } } },
        },
      },
      mcp: Object.fromEntries(
        Object.keys(mcp).map((server) => [server, { type: 'remote', url: mcpUrl(server), enabled: true }]),
      ),
      enabled_providers: ['clawhold'],
      permission: 'allow',
      share: 'disabled',
      autoupdate: false,
      // What is kept and taken back is the platform's matter.
      snapshot: false,
      lsp: false,
      formatter: false,
    }),
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_SHARE: '1',
  };
}
