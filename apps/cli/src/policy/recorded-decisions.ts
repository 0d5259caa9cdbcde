import { createReadStream } from 'node:fs';
import { bodyOfLine } from '@clawhold/policy';
import { ClawholdError, type Decision, type Question } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';

/**
 * Reads the decisions of a ledger one at a time, in their order.
 *
 * @param file an export. Default: the ledger of the Clawhold that runs.
 * @throws ClawholdError `input_file`.
 */
export async function eachDecision(
  file: string | undefined,
  take: (question: Question, decision: Decision) => void,
): Promise<void> {
  try {
    await eachLine(await openLedger(file), (line) => takeLine(line, take));
  } catch (cause) {
    throw new ClawholdError('input_file', 'The export cannot be read to its end.', { cause });
  }
}

/** How much of a file is read at once, in bytes: a ledger is long, and small pieces cost more than what is in them. */
const pieceBytes = 2 ** 20;

/** The bytes of an export, or of the ledger of the Clawhold that runs. */
export async function openLedger(file: string | undefined): Promise<AsyncIterable<Uint8Array>> {
  if (file === undefined) return connect().api.download('/audit/export');
  return createReadStream(file, { highWaterMark: pieceBytes });
}

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
