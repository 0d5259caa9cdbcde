import { TextDecoder } from 'node:util';
import type { AnswerHead } from '../proxy/conversation.ts';
import type { PassingAnswer } from '../proxy/forward.ts';
import type { BodyMemory } from '../proxy/request-body.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { noPieces, type Pieces, piecesBefore, watchPieces } from '../wire/pieces.ts';
import type { AnswerReader } from './answer-reader.ts';
import { Holding } from './holding.ts';
import { JsonOutline } from './json-outline.ts';
import { unclear } from './server-messages.ts';

/**
 * Reads an answer that is no stream of events: it is one message, a batch, or none. It passes when all of it was read. One
 * that is longer than what is held goes on from there, looked through as it passes, where nothing is forbidden in it.
 */
export async function readWhole(
  head: AnswerHead,
  pieces: Pieces,
  reader: AnswerReader,
  memory: BodyMemory,
): Promise<PassingAnswer | Fault> {
  using holding = new Holding(memory, reader.held);
  const held: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const piece = await pieces.next();
    if (piece === undefined) return passWhole(head, Buffer.concat(held), reader);
    if (!Buffer.isBuffer(piece)) return piece;
    held.push(piece);
    bytes += piece.length;
    const late = await holding.holds(bytes);
    if (late !== undefined) return late;
    const isLong = bytes > reader.held;
    if (reader.objection !== undefined || reader.hear === undefined) {
      if (isLong) return tooLong;
      // Its beginning says what it is; white space before that is as good as part of a message.
    } else if (held.length === 1 && formOf(piece) === 'other')
      return { kind: 'passing', head, content: withRest(piece, pieces) };
    else if (isLong) return passLong(head, Buffer.concat(held), pieces);
  }
}

async function passWhole(head: AnswerHead, bytes: Buffer, reader: AnswerReader): Promise<PassingAnswer | Fault> {
  const read = await readMessages(bytes, reader);
  if (!Buffer.isBuffer(read)) return read;
  const objection = reader.objection?.('the content', read);
  if (objection !== undefined) return objection;
  return { kind: 'passing', head: { ...head, content: read.length }, content: withRest(read, noPieces) };
}

async function readMessages(bytes: Buffer, { hear }: AnswerReader): Promise<Buffer | Fault> {
  if (hear === undefined || formOf(bytes) === 'other') return bytes;
  const text = textOf(new TextDecoder('utf-8', { fatal: true }), bytes, false);
  if (text === undefined) return unclear;
  const heard = text.trim() === '' ? ({ kind: 'heard', text } as const) : await hear(text);
  if (heard.kind === 'fault') return heard;
  return Buffer.from(heard.kind === 'heard' ? heard.text : '');
}

function passLong(head: AnswerHead, held: Buffer, pieces: Pieces): PassingAnswer | Fault {
  const outline = new JsonOutline();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isPlain = (bytes: Buffer): boolean => {
    const text = textOf(decoder, bytes, true);
    if (text !== undefined) outline.feed(text);
    return text !== undefined && outline.sight === 'plain';
  };
  return isPlain(held) ? { kind: 'passing', head, content: withRest(held, pieces, isPlain) } : unclear;
}

function withRest(first: Buffer, rest: Pieces, isPlain: (bytes: Buffer) => boolean = () => true): Pieces {
  const looked = watchPieces(rest, (piece) => (Buffer.isBuffer(piece) && !isPlain(piece) ? unclear : piece));
  return first.length > 0 ? piecesBefore(first, looked) : looked;
}

/**
 * Whether these bytes begin what is no message to any program: with an ordinary character that begins no JSON object or
 * list. What begins in any other way could be a message in an encoding that some program guesses.
 */
function formOf(bytes: Buffer): 'message' | 'other' {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  const isOrdinary = first !== undefined && first > 0x20 && first < 0x7f;
  return isOrdinary && first !== 0x7b && first !== 0x5b ? 'other' : 'message';
}

function textOf(decoder: TextDecoder, bytes: Buffer, isPart: boolean): string | undefined {
  try {
    return decoder.decode(bytes, { stream: isPart });
  } catch {
    return undefined;
  }
}

const tooLong: Fault = fault('answer_length', 'The answer is too long to be read as a whole before it passes.', 502);
