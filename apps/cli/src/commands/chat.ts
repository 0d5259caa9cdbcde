import type { Run } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec';
import { type Answered, type AwaitOptions, awaitAnswer } from '../chat/await-answer.ts';
import { findConversation, type OpenConversation, type Opening, say } from '../chat/open-conversation.ts';
import { readWords } from '../chat/read-words.ts';
import { connect } from '../connection/connect.ts';
import { drawEnd } from '../terminal/end.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { paint } from '../terminal/output.ts';
import { taskFolder } from '../terminal/task-folder.ts';
import type { AddCommand } from './command.ts';

interface ChatOptions {
  readonly dir: string;
  readonly model?: string;
  readonly message?: string;
  readonly end?: boolean;
  readonly verbose?: boolean;
}

const endWord = '/end';

export const addChat: AddCommand = (program, session) => {
  program
    .command('chat')
    .description('talk to an agent that stays and remembers; without --message here, line by line')
    .argument('<name>', 'the agent')
    .option('-d, --dir <folder>', 'the folder to work on', '.')
    .option('-m, --model <name>', 'provider/model of a new conversation; default: the agent’s')
    .option('--message <text>', 'say this, show the answer, and leave the conversation open')
    .option('--end', 'end the open conversation; with --message after the answer')
    .option('--verbose', 'show every step with its output')
    .action(async (agent: string, options: ChatOptions) => {
      const { api, home } = connect();
      const opening: Opening = { agent, folder: taskFolder(options.dir), model: options.model };
      const following: AwaitOptions = { api, home, session: session(), verbose: options.verbose === true };
      const found = await findConversation(api, opening);
      const known = found === undefined ? undefined : { run: found, after: await lastEntry(following, found) };
      if (options.message !== undefined) {
        const answered = await ask(following, opening, known, options.message);
        if (options.end === true && answered.run.ended === null) await end(following, answered);
        tell(following, answered);
      } else if (options.end === true) await end(following, known ?? nothingOpen(agent));
      else await talk(following, opening, known);
    });
};

async function ask(
  following: AwaitOptions,
  opening: Opening,
  known: OpenConversation | undefined,
  text: string,
): Promise<Answered> {
  return awaitAnswer(following, await say(following.api, opening, known, text));
}

/** One line of JSON, or nothing more than what was shown; the status says whether there was an answer. */
function tell({ session: { output } }: AwaitOptions, { message, run }: Answered): void {
  const ok = message?.ok === true;
  if (output.json) {
    const text = message?.text ?? run.outcome;
    process.stdout.write(`${JSON.stringify({ run: run.id, turn: message?.turn ?? null, ok, text })}\n`);
  }
  process.exitCode = ok ? exitCodes.done : exitCodes.failed;
}

/** A conversation at the terminal, until the person leaves or it ends. */
async function talk(following: AwaitOptions, opening: Opening, found: OpenConversation | undefined): Promise<void> {
  const { output, person } = following.session;
  if (!person)
    throw new ClawholdError('input_no_terminal', 'There is no terminal to talk at.', {
      hint: `Say one thing with: npx clawhold chat ${opening.agent} --message "<text>"`,
    });
  let known = found;
  output.line(
    paint.quiet(
      known === undefined
        ? `A new conversation with ${opening.agent} on ${opening.folder}. Its first answer takes a while.`
        : `The conversation ${known.run.id} goes on, on ${opening.folder}.`,
    ),
  );
  output.line(paint.quiet(`Ctrl-D leaves it open; ${endWord} ends it, and ${opening.agent} keeps what it learnt.`));
  for (;;) {
    const text = await readWords(`\n${paint.strong('you')}  `);
    if (text === undefined) return known === undefined ? undefined : output.line(stillOpen(known.run));
    if (text.trim() === '') continue;
    if (text.trim() === endWord) return known === undefined ? undefined : end(following, known);
    known = await ask(following, opening, known, text);
    if (known.run.ended === null) continue;
    output.line(await drawEnd(following.api, known.run, output.columns));
    return;
  }
}

function stillOpen({ id, agent }: Run): string {
  return paint.quiet(`It stays open: npx clawhold chat ${agent}   |   diff ${id}   |   stop ${id}`);
}

/** Ends it, waits for that, and shows what it changed. */
async function end(following: AwaitOptions, { run, after }: OpenConversation): Promise<void> {
  const { api, session } = following;
  await api.POST('/runs/{run}/end', { params: { path: { run: run.id } } });
  const ended = await awaitAnswer(following, { run, after, turn: 'none' });
  const { output } = session;
  if (output.json) process.stdout.write(`${JSON.stringify({ run: ended.run })}\n`);
  else output.line(await drawEnd(api, ended.run, output.columns));
}

/** What was said before is not shown again. */
async function lastEntry({ api }: AwaitOptions, { id }: Run): Promise<number> {
  for (let after = 0; ; ) {
    const { data } = await api.GET('/runs/{run}/timeline', { params: { path: { run: id }, query: { after } } });
    const last = data?.entries.at(-1)?.sequence;
    if (last === undefined) return after;
    after = last;
  }
}

function nothingOpen(agent: string): never {
  throw new ClawholdError('state_no_conversation', `There is no open conversation with ${agent} on this folder.`);
}
