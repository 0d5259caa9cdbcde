import { Buffer } from 'node:buffer';
import { type Decision, noUsage, type Question } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { type Openness, opennessOf, opensMore } from '../diff/openness.ts';
import { compiledGlobs } from '../glob/glob.ts';
import { KnownAnswers } from './known-answers.ts';
import { cutLine, type LineForm } from './record-cut.ts';
import { bodyOfLine, type RecordedText, readRecorded, recordedIn } from './recorded-text.ts';
import { byCount, changeKey, type SimulatedChange, type SimulationReport } from './report.ts';

type OpenChange = Omit<SimulatedChange, 'count'> & { count: number };

/** What becomes of a question that was recorded with one decision: it is decided alike, or part of a change. */
type Answer = 'alike' | 'left out' | 'of another' | 'unreadable' | OpenChange;

/** Replays recorded decisions against a draft, one at a time, so that a ledger of any length fits. */
export class Simulation {
  readonly #draft: Snapshot;
  readonly #now: number;
  readonly #agent: string | undefined;
  readonly #agents = new Set<string>();
  readonly #changes = new Map<string, OpenChange>();
  readonly #known = new KnownAnswers<Answer>();
  #decisions = 0;
  #leftOut = 0;
  #unreadable = 0;

  /**
   * @param now milliseconds since 1970; it matters to a draft that learns until some time.
   * @param agent whose decisions count. Default: those of all.
   */
  constructor(draft: Snapshot, now: number, agent?: string) {
    this.#draft = draft;
    this.#now = now;
    this.#agent = agent;
  }

  /**
   * Replays one.
   *
   * @param body of a record `decision.made`, as JSON.
   * @param place of it among all that are replayed.
   */
  add(body: string, place: number): void {
    const text = readRecorded(body);
    this.#count(text === undefined ? 'unreadable' : this.#answer(text, place));
  }

  /**
   * Replays those in whole lines. Gives how many they were.
   *
   * @param place of the first of them among all that are replayed; the others follow.
   */
  addLines(bytes: Uint8Array<ArrayBuffer>, form: LineForm, place: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let records = 0;
    for (let from = 0, to = 0; from < bytes.length; from = to) {
      to = windowEnd(bytes, from);
      // One character for each byte, so that places in the text are places in the bytes.
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
      for (let start = 0; start < text.length; ) {
        const found = text.indexOf('\n', start);
        const end = found === -1 ? text.length : found;
        if (this.#addLine(text.slice(start, end), view, from + start, form, place + records)) records++;
        start = end + 1;
      }
    }
    return records;
  }

  report(): SimulationReport {
    return {
      decisions: this.#decisions,
      agents: [...this.#agents].toSorted(),
      leftOut: this.#leftOut,
      unreadable: this.#unreadable,
      changes: byCount([...this.#changes.values()]),
    };
  }

  /** @returns whether it is the record of a decision. */
  #addLine(line: string, bytes: DataView<ArrayBuffer>, start: number, form: LineForm, place: number): boolean {
    const read = (from: number, to: number): string =>
      utf8.decode(new Uint8Array(bytes.buffer, bytes.byteOffset + start + from, to - from));
    const cut = cutLine(line, form);
    if (cut !== undefined) {
      const answer = this.#known.answer(bytes, start, cut, () => {
        const question = read(cut.question, cut.run) + read(cut.runEnd, cut.to);
        return this.#answer({ recorded: recordedIn(line, cut), question }, place);
      });
      this.#count(answer);
      return true;
    }
    // Another program wrote it, or it is about something else, as which it is known without being read.
    if (form === 'export' && bodyOfLine(line) === undefined) return false;
    const body = form === 'export' ? bodyOfLine(read(0, line.length)) : read(0, line.length);
    if (body === undefined || body === '') return false;
    this.add(body, place);
    return true;
  }

  #count(answer: Answer): void {
    if (answer === 'unreadable') this.#unreadable++;
    else if (answer === 'left out') this.#leftOut++;
    else if (answer !== 'of another') this.#decisions++;
    if (typeof answer === 'object') answer.count++;
  }

  #answer({ recorded, question }: RecordedText, place: number): Answer {
    const asked = parseQuestion(question);
    if (asked === undefined) return 'unreadable';
    const agent = agentOf(asked);
    if (this.#agent !== undefined && agent !== this.#agent) return 'of another';
    if (recorded === 'beyond a draft' || this.#lacksArguments(asked)) return 'left out';
    this.#agents.add(agent);
    const decision = decide(asked, this.#draft, noUsage, this.#now);
    const after = opennessOf(decision);
    return recorded === after ? 'alike' : this.#change(asked, recorded, decision, place);
  }

  /** Long arguments are not in the ledger. Conditions about them have no answer here, and had one then. */
  #lacksArguments(question: Question): boolean {
    if (question.kind !== 'tool' || question.arguments !== undefined) return false;
    return Object.values(this.#draft.documents).some((document) =>
      document?.tools?.some(
        ({ match, where }) =>
          where !== undefined && compiledGlobs(match, null).some((glob) => glob.matches(question.tool)),
      ),
    );
  }

  #change(question: Question, before: Openness, decision: Decision, first: number): OpenChange {
    const after = opennessOf(decision);
    const [found] = decision.rules;
    const [reason] = decision.reasons;
    const rule = found === undefined ? null : `${found.layer}: ${found.path}`;
    const code = reason?.code ?? null;
    const key = changeKey({ before, after, rule, code });
    const known = this.#changes.get(key);
    if (known !== undefined) return known;
    const direction = opensMore(before, after) ? 'opens' : 'closes';
    const example = describeQuestion(question);
    const change = {
      direction,
      before,
      after,
      rule,
      code,
      reason: reason?.text ?? '',
      count: 0,
      example,
      first,
    } as const;
    this.#changes.set(key, change);
    return change;
  }
}

/** Of what is JSON and perhaps no question. */
function agentOf({ caller }: Partial<Question>): string {
  return typeof caller?.agent === 'string' ? caller.agent : '';
}

/** `decide` is total: it denies what is JSON and no question. */
function parseQuestion(text: string): Question | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Question) : undefined;
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder();
const lineFeed = 0x0a;
/** About so many bytes are looked at at a time: they are read several times, and stay near for so long. */
const windowBytes = 2 ** 16;

/** Where the last line ends that begins behind a place and ends within a window, or else the first. */
function windowEnd(bytes: Uint8Array, from: number): number {
  if (bytes.length - from <= windowBytes) return bytes.length;
  const last = bytes.lastIndexOf(lineFeed, from + windowBytes);
  const end = last < from ? bytes.indexOf(lineFeed, from + windowBytes) : last;
  return end === -1 ? bytes.length : end + 1;
}
