import type { Harness, ProgramEvent } from './harness.ts';
import { mcpUrl } from './mcp-server.ts';
import { continuing } from './memory.ts';
import { memberOf, readPrintedEvent, wordsOf } from './printed-event.ts';
import { withFiles } from './with-files.ts';

/** The model door as a provider of its own: the built-in one would ask for a sign-in. */
const provider =
  'model_providers.clawhold={name="Clawhold",base_url="http://inference.local/v1",wire_api="responses",env_key="OPENAI_API_KEY"}';

/** What it would offer that no rule opens: a search at the provider, and tools in a form that no reader of ours knows. */
const without = ['multi_agent', 'plugins', 'apps'];

const folder = '/tmp/codex';

/**
 * Codex (npm `@openai/codex`), headless: one task, events as lines of JSON. Its own sandbox and prompts are switched off:
 * it stands inside of ours, and what needs a person is asked at the model door.
 *
 * @see https://github.com/openai/codex/blob/main/docs/exec.md
 */
export const codex: Harness = {
  tools: {
    exec_command: { is: 'shell.exec', arguments: { command: 'cmd' } },
    shell_command: { is: 'shell.exec', arguments: { command: 'command' } },
    write_stdin: { is: 'shell.exec', arguments: { command: 'chars' } },
    // It may change whatever a command may.
    apply_patch: { is: 'shell.exec', arguments: { command: 'input' } },
    view_image: { is: 'file.read', arguments: { path: 'path' } },
    update_plan: { is: 'conversation', arguments: {} },
  },
  start: ({ task, model, command, mcp }) => ({
    arguments: withFiles(
      { [`${folder}/config.toml`]: '' },
      continuing({ place: `${folder}/sessions`, first: '-', again: 'resume --last --all -' }, [
        ...command,
        'exec',
        '--json',
        '--skip-git-repo-check',
        '--dangerously-bypass-approvals-and-sandbox',
        ...without.flatMap((feature) => ['--disable', feature]),
        ...['web_search="disabled"', 'check_for_update_on_startup=false', 'analytics.enabled=false'].flatMap(setting),
        ...[provider, 'model_provider="clawhold"'].flatMap(setting),
        ...Object.keys(mcp).flatMap((name) => setting(`mcp_servers.${name}={url="${mcpUrl(name)}"}`)),
        '--model',
        model,
      ]),
    ),
    environment: { CODEX_HOME: folder },
    input: task,
  }),
  // Beside these lie its configuration, which names hooks and servers, its rules, prompts and skills, and its sign-in.
  memory: {
    folder,
    names: ['sessions', 'memories', 'AGENTS.md'],
    kept: /^(AGENTS\.md|sessions\/([^/]+\/)*rollout-[^/]+\.jsonl|memories\/([^/]+\/)*[^/]+\.md)$/,
  },
  read(line): readonly ProgramEvent[] {
    const event = readPrintedEvent(line);
    switch (event['type']) {
      case 'item.completed': {
        const { type, text } = memberOf(event['item']);
        const words = wordsOf(text);
        return type === 'agent_message' && words !== '' ? [{ kind: 'said', text: words }] : [];
      }
      case 'turn.failed':
        return [{ kind: 'failed', text: wordsOf(memberOf(event['error'])['message']) }];
      default:
        return [];
    }
  },
};

function setting(text: string): readonly string[] {
  return ['-c', text];
}
