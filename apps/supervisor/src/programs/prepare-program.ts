import {
  type ConversationProtocol,
  harnessOf,
  type Memory,
  type Mind,
  ProgramListener,
  type ProgramManifest,
  type Start,
} from '@clawhold/harness';
import { ClawholdError, type Run, shellWord } from '@clawhold/spec';
import { failureOf, type PreparedCall, prepareCall, textOf } from '@clawhold/tools';

/** The start of a program as the call that it is to a policy, and as the command that it is to a sandbox. */
export interface PreparedProgram {
  readonly prepared: PreparedCall;
  readonly start: Start;
  /** Hears what the program says of its work; undefined where what it prints is its answer. */
  readonly listener: ProgramListener | undefined;
  /** It thinks in a sandbox of its own. */
  readonly mind: Mind | undefined;
  /** What it keeps from run to run, and begins with; undefined when it keeps nothing, or is split. */
  readonly memory: Memory | undefined;
  /** It is talked to, in the run's sandbox or where it thinks. */
  readonly conversation: ConversationProtocol | undefined;
}

/** What clients of models want to see before they ask anybody. The door drops whatever they send for it. */
const modelKeys = { OPENAI_API_KEY: 'clawhold', ANTHROPIC_API_KEY: 'clawhold' } as const;

/**
 * To start a program is to run a command: a policy that lets an agent run none, or asks about it, means this one too.
 *
 * @throws ClawholdError `input_agent_manifest` when it cannot be started so.
 */
export function prepareProgram(
  manifest: ProgramManifest,
  { task, model, conversation: isConversation }: Pick<Run, 'task' | 'model' | 'conversation'>,
): PreparedProgram {
  const [program, ...rest] = manifest.command;
  if (program === undefined) throw new ClawholdError('input_agent_manifest', 'The agent names no program to start.');
  const harness = harnessOf(manifest.harness);
  const command = [program, ...rest] as const;
  const { mcp } = manifest;
  const { mind, isTalkedTo } = harness;
  const conversation = isConversation || isTalkedTo ? (mind?.conversation ?? harness.conversation) : undefined;
  if (isConversation && conversation === undefined)
    throw new ClawholdError('input_agent_manifest', 'This agent ends with its answer: nobody can go on talking to it.');
  const start =
    conversation === undefined
      ? harness.start({ task, model, command, mcp })
      : { ...conversation.start({ model, command, mcp }), input: '' };
  const listener =
    conversation === undefined && harness.read !== undefined ? new ProgramListener(harness.read) : undefined;
  const call = prepareCall({
    tool: 'shell.exec',
    arguments: { command: start.arguments.map(shellWord).join(' ') },
  });
  if (call.kind === 'refused')
    throw new ClawholdError('input_agent_manifest', `The program cannot be started so: ${call.reason}`, {
      hint: 'Leave {task} out of its arguments: then it gets the task on standard input.',
    });
  const prepared: PreparedCall = {
    ...call,
    command: { ...call.command, arguments: start.arguments, input: start.input },
    read(result) {
      const printed = textOf(result.stdout);
      const answer = (conversation === undefined ? harness.answer?.(printed) : undefined) ?? printed.trim();
      const said = listener === undefined ? answer : (listener.last?.text ?? '');
      const failure = failureOf(result);
      const output = failure === undefined ? said : [said, failure].filter((text) => text !== '').join('\n');
      const ok = failure === undefined && listener?.last?.kind !== 'failed';
      return { ok, output: output || '(it said nothing)', from: { kind: 'anything' } };
    },
  };
  return {
    prepared,
    listener,
    mind,
    memory: manifest.keeps ? harness.memory : undefined,
    conversation,
    start: { ...start, environment: { ...modelKeys, ...start.environment } },
  };
}
