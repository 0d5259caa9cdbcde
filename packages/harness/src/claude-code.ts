import type { Harness, ProgramEvent } from './harness.ts';
import { type McpServers, mcpServerList } from './mcp-server.ts';
import { continuing } from './memory.ts';
import { memberOf, readPrintedEvent, wordsOf } from './printed-event.ts';

/** Its own folder, below the home of every sandbox; `/task` is `-task` in it. */
const folder = '/tmp/.claude';

/**
 * Claude Code (npm `@anthropic-ai/claude-code`), headless: one task, events as lines of JSON. Its own permission prompts are
 * switched off, because nobody is there to answer them; what needs a person is asked at the model door.
 *
 * @see https://docs.claude.com/en/docs/claude-code/headless
 */
export const claudeCode: Harness = {
  tools: {
    Bash: { is: 'shell.exec', arguments: { command: 'command' } },
    Read: { is: 'file.read', arguments: { path: 'file_path' } },
    Write: { is: 'file.write', arguments: { path: 'file_path', content: 'content' } },
    Edit: {
      is: 'file.edit',
      arguments: { path: 'file_path', old: 'old_string', new: 'new_string', replace_all: 'replace_all' },
    },
    // A sub-agent's model and its calls come through the same door.
    Task: { is: 'conversation', arguments: {} },
    ListAgents: { is: 'conversation', arguments: {} },
    ReportFindings: { is: 'conversation', arguments: {} },
    Skill: { is: 'conversation', arguments: {} },
    TaskStop: { is: 'conversation', arguments: {} },
    ToolSearch: { is: 'conversation', arguments: {} },
  },
  start: ({ task, model, command, mcp }) => ({
    arguments: continuing({ place: `${folder}/projects/-task`, first: '', again: '--continue' }, [
      ...command,
      '-p',
      '--output-format',
      'stream-json',
      '--verbose',
      '--dangerously-skip-permissions',
      ...mcpArguments(mcp),
    ]),
    environment: {
      ANTHROPIC_MODEL: model,
      // What it asks besides, for titles and the like.
      ANTHROPIC_SMALL_FAST_MODEL: model,
      // No policy opens the hosts that it would call home to, and it need not find that out.
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    input: task,
  }),
  // Beside these lie its settings, which name hooks, and its plugins, skills, commands and sub-agents.
  memory: {
    folder,
    names: ['projects', 'CLAUDE.md'],
    kept: /^(CLAUDE\.md|projects\/[^/]+\/(([^/]+\/)*[^/]+\.jsonl|memory\/([^/]+\/)*[^/]+\.md))$/,
  },
  read(line): readonly ProgramEvent[] {
    const event = readPrintedEvent(line);
    switch (event['type']) {
      case 'assistant': {
        const { content } = memberOf(event['message']);
        const text = (Array.isArray(content) ? content : []).map((part) => wordsOf(memberOf(part)['text'])).join('\n');
        return said(text.trim());
      }
      case 'result': {
        const text = wordsOf(event['result']);
        return event['is_error'] === true ? [{ kind: 'failed', text }] : said(text);
      }
      default:
        return [];
    }
  },
};

/** Its own servers and, where it has some, none that the task folder names besides. */
function mcpArguments(mcp: McpServers): readonly string[] {
  if (Object.keys(mcp).length === 0) return [];
  return ['--strict-mcp-config', '--mcp-config', JSON.stringify({ mcpServers: mcpServerList(mcp) })];
}

function said(text: string): readonly ProgramEvent[] {
  return text === '' ? [] : [{ kind: 'said', text }];
}
