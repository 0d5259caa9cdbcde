import { TextDecoder } from 'node:util';
import type { BodyMemory } from '../proxy/request-body.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Pieces } from '../wire/pieces.ts';
import type { AnswerReader } from './answer-reader.ts';
import { EventReader, type StreamPart, withoutBreaks, writeBeginning, writeEvent, writeMore } from './event-stream.ts';
import { Holding } from './holding.ts';
import { JsonOutline } from './json-outline.ts';
import { isMessages, unclear } from './server-messages.ts';

/** Reads a stream of events and writes each anew when it is whole; the others of the stream do not wait for it. */
export async function* readEvents(
  pieces: Pieces,
  reader: AnswerReader,
  memory: BodyMemory,
): AsyncGenerator<Buffer | Fault, void, undefined> {
  using holding = new Holding(memory, reader.held);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const events = new EventReader(reader.held);
  const writer = new EventWriter(reader);
  for await (const piece of pieces) {
    if (!Buffer.isBuffer(piece)) return yield piece;
    const text = decoded(decoder, piece);
    if (text === undefined) return yield notText;
    for (const part of events.feed(text)) {
      const written = await writer.write(part);
      if (typeof written !== 'string') return yield written;
      if (written !== '') yield Buffer.from(written);
    }
    const late = await holding.holds(events.held);
    if (late !== undefined) return yield late;
  }
}

/** Says what goes on of each part of a stream. */
class EventWriter {
  readonly #reader: AnswerReader;
  /** Of the event that is longer than what is held; undefined when it is no message. */
  #outline: JsonOutline | undefined;

  constructor(reader: AnswerReader) {
    this.#reader = reader;
  }

  async write(part: StreamPart): Promise<string | Fault> {
    switch (part.kind) {
      case 'event':
        return this.#event(part.fields, part.data);
      case 'comment':
        return this.#unlessForbidden(`${withoutBreaks(part.line)}\n`);
      case 'long': {
        // What is forbidden could be in its rest.
        if (this.#reader.objection !== undefined || this.#reader.hear === undefined) return tooLong;
        this.#outline = isMessages(part.data) ? new JsonOutline() : undefined;
        const data = this.#more(part.data);
        return typeof data === 'string' ? writeBeginning(part.fields, data) : data;
      }
      case 'more': {
        const data = this.#more(part.data);
        return typeof data === 'string' ? writeMore(data) : data;
      }
      case 'field':
        return `\n${withoutBreaks(part.line)}`;
      case 'end':
        this.#outline = undefined;
        return '\n\n';
      case 'too_long':
        return tooLong;
      default:
        return part satisfies never;
    }
  }

  async #event(fields: readonly string[], data: string | undefined): Promise<string | Fault> {
    const { hear } = this.#reader;
    if (data === undefined || hear === undefined || !isMessages(data))
      return this.#unlessForbidden(writeEvent(fields, data === undefined ? undefined : withoutBreaks(data)));
    const heard = await hear(data);
    if (heard.kind === 'fault') return heard;
    if (heard.kind === 'heard') return this.#unlessForbidden(writeEvent(fields, withEscapedBreaks(heard.text)));
    // A program that lost its stream asks for what came after this one.
    const id = fields.filter((field) => field.startsWith('id:'));
    return id.length === 0 ? '' : this.#unlessForbidden(writeEvent(id, undefined));
  }

  #more(data: string): string | Fault {
    if (this.#outline === undefined) return withoutBreaks(data);
    this.#outline.feed(data);
    return this.#outline.sight === 'plain' ? withEscapedBreaks(data) : unclear;
  }

  #unlessForbidden(text: string): string | Fault {
    return this.#reader.objection?.('an event', Buffer.from(text)) ?? text;
  }
}

/** In JSON these stand in strings only, where an escape means the same. */
function withEscapedBreaks(json: string): string {
  return json.replace(/[\x85\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function decoded(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

const notText: Fault = fault('event_stream', 'The stream of events is no text in UTF-8.', 502);
const tooLong: Fault = fault('event_length', 'An event is too long to be read before it passes.', 502);
