import type { Harness, ProgramEvent } from './harness.ts';
import { continuing } from './memory.ts';
import { memberOf, readPrintedEvent, wordsOf } from './printed-event.ts';
import { withFiles } from './with-files.ts';

const folder = '/tmp/pi';
const sessions = `${folder}/sessions`;

/** It would load these from the task folder, and run what they say. */
const without = ['extensions', 'skills', 'prompt-templates', 'themes'].map((what) => `--no-${what}`);

const headless = ['--mode', 'json', '--print', '--session-dir', sessions, '--offline', '--provider', 'clawhold'];

/**
 * pi (npm `@mariozechner/pi-coding-agent`), headless: one task, events as lines of JSON. It has no prompts and no sandbox of
 * its own; what needs a person is asked at the model door.
 *
 * @see https://github.com/badlogic/pi-mono/tree/main/packages/coding-agent
 */
export const pi: Harness = {
  tools: {
    bash: { is: 'shell.exec', arguments: { command: 'command' } },
    read: { is: 'file.read', arguments: { path: 'path' } },
    write: { is: 'file.write', arguments: { path: 'path', content: 'content' } },
    edit: { is: 'file.edit', arguments: { path: 'path', old: 'edits.*.oldText', new: 'edits.*.newText' } },
  },
  start: ({ task, model, command }) => ({
    arguments: withFiles(
      { [`${folder}/models.json`]: JSON.stringify(modelsOf(model)) },
      continuing({ place: sessions, first: '', again: '--continue' }, [
        ...command,
        ...headless,
        ...without,
        '--model',
        model,
      ]),
    ),
    environment: { PI_CODING_AGENT_DIR: folder, PI_TELEMETRY: '0' },
    input: task,
  }),
  // Beside these lie its settings, sign-ins and models, and extensions, skills and prompts.
  memory: { folder, names: ['sessions', 'AGENTS.md'], kept: /^(AGENTS\.md|sessions\/([^/]+\/)*[^/]+\.jsonl)$/ },
  read(line): readonly ProgramEvent[] {
    const event = readPrintedEvent(line);
    const message = memberOf(event['message']);
    if (event['type'] !== 'message_end' || message['role'] !== 'assistant') return [];
    if (message['stopReason'] === 'error') return [{ kind: 'failed', text: wordsOf(message['errorMessage']) }];
    const { content } = message;
    const texts = (Array.isArray(content) ? content : []).map((part) => wordsOf(memberOf(part)['text']));
    const text = texts.join('\n').trim();
    return text === '' ? [] : [{ kind: 'said', text }];
  },
};

function modelsOf(model: string): object {
  return {
    providers: {
      clawhold: {
        baseUrl: 'http://inference.local/v1',
        api: 'openai-completions',
        apiKey: 'clawhold',
        models: [{ id: model, contextWindow: 128_000, maxTokens: 8_192 }],
      },
    },
  };
}
