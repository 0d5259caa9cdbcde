import { open } from 'node:fs/promises';
import { bodyOfLine } from '@clawhold/policy';
import { ClawholdError, type Decision, type Question } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { unreadableFile } from './policy-file.ts';

/**
 * Reads the decisions of a ledger one at a time, in their order.
 *
 * @param file an export. Default: the ledger of the Clawhold that runs.
 * @throws ClawholdError `input_file`, `input_file_unreadable`.
 */
export async function eachDecision(
  file: string | undefined,
  take: (question: Question, decision: Decision) => void,
): Promise<void> {
  try {
    await eachLine(await openLedger(file), (line) => takeLine(line, take));
  } catch (cause) {
    if (cause instanceof ClawholdError) throw cause;
    throw new ClawholdError('input_file', 'The export cannot be read to its end.', { cause });
  }
}

/** How much of a file is read at once, in bytes: a ledger is long, and small pieces cost more than what is in them. */
const pieceBytes = 2 ** 20;

/** The bytes of an export, or of the ledger of the Clawhold that runs. @throws ClawholdError `input_file_unreadable`. */
export async function openLedger(file: string | undefined): Promise<AsyncIterable<Uint8Array>> {
  if (file === undefined) return connect().api.download('/audit/export');
  const handle = await open(file).catch((cause: unknown) => {
    throw unreadableFile(file, cause, theirs);
  });
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw unreadableFile(file, Object.assign(new Error('a folder'), { code: 'EISDIR' }), theirs);
  }
  return handle.createReadStream({ highWaterMark: pieceBytes });
}

const theirs = 'Name an export of a ledger: npx clawhold audit export';

async function eachLine(pieces: AsyncIterable<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  if (rest !== '') take(rest);
}

function takeLine(line: string, take: (question: Question, decision: Decision) => void): void {
  const text = bodyOfLine(line);
  if (text === undefined) return;
  const { question, decision } = JSON.parse(text) as { question?: Question; decision?: Decision };
  if (question !== undefined && decision !== undefined) take(question, decision);
}
