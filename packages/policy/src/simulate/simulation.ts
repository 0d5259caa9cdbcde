import { type Decision, noUsage, type Question } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { type Openness, opennessOf, opensMore } from '../diff/openness.ts';
import { RecentAnswers } from './recent-answers.ts';
import { type RecordedText, readRecorded } from './recorded-text.ts';
import { byCount, changeKey, type SimulatedChange, type SimulationReport } from './report.ts';

type OpenChange = Omit<SimulatedChange, 'count'> & { count: number };

/** What becomes of a question that was recorded with one decision: it is decided alike, or part of a change. */
type Answer = 'alike' | 'left out' | 'unreadable' | OpenChange;

/** Replays recorded decisions against a draft, one at a time, so that a ledger of any length fits. */
export class Simulation {
  readonly #draft: Snapshot;
  readonly #now: number;
  readonly #changes = new Map<string, OpenChange>();
  readonly #recent = new RecentAnswers<Answer>();
  #decisions = 0;
  #leftOut = 0;
  #unreadable = 0;

  /** @param now milliseconds since 1970; it matters to a draft that learns until some time. */
  constructor(draft: Snapshot, now: number) {
    this.#draft = draft;
    this.#now = now;
  }

  /**
   * Replays one.
   *
   * @param body of a record `decision.made`, as JSON.
   * @param place of it among all that are replayed.
   */
  add(body: string, place: number): void {
    const text = readRecorded(body);
    if (text === undefined) {
      this.#unreadable++;
      return;
    }
    const answer = this.#recent.answer(`${text.recorded} ${text.question}`, () => this.#answer(text, place));
    this.#count(answer);
  }

  report(): SimulationReport {
    return {
      decisions: this.#decisions,
      leftOut: this.#leftOut,
      unreadable: this.#unreadable,
      changes: byCount([...this.#changes.values()]),
    };
  }

  #count(answer: Answer): void {
    if (answer === 'unreadable') this.#unreadable++;
    else if (answer === 'left out') this.#leftOut++;
    else this.#decisions++;
    if (typeof answer === 'object') answer.count++;
  }

  #answer({ recorded, question }: RecordedText, place: number): Answer {
    if (recorded === 'amounts') return 'left out';
    const asked = parseQuestion(question);
    if (asked === undefined) return 'unreadable';
    const decision = decide(asked, this.#draft, noUsage, this.#now);
    const after = opennessOf(decision);
    return recorded === after ? 'alike' : this.#change(asked, recorded, decision, place);
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

/** `decide` is total: it denies what is JSON and no question. */
function parseQuestion(text: string): Question | undefined {
  try {
    return JSON.parse(text) as Question;
  } catch {
    return undefined;
  }
}
