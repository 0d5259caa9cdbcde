import type { TimelineEntry } from '@clawhold/client';
import { hostileBlock, hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { wrap } from '../terminal/width.ts';
import { type CallWords, callWords } from './call-words.ts';
import { answerWord, bytes, decisionName } from './egress-words.ts';
import { labelWords } from './label-words.ts';
import { drawPlan } from './plan.ts';
import { Reads } from './reads.ts';

export interface StoryOptions {
  /** Tell every step by itself, with the beginning of its output and where that came from. */
  readonly verbose: boolean;
  readonly columns: number;
  /** The turn of a message that stands at this terminal already. */
  readonly typed?: string | undefined;
}

type Body = TimelineEntry['body'];
type BodyOf<Kind extends Body['kind']> = Extract<Body, { kind: Kind }>;

interface Step {
  readonly words: CallWords;
  /** Something was told of it already, so its end is told beneath. */
  open: boolean;
}

const marks = { ok: paint.good('✓'), failed: paint.warn('✗'), denied: paint.bad('⊘'), unknown: paint.warn('?') };
const ends = {
  approved: paint.good('approved'),
  denied: paint.bad('denied by a person'),
  expired: paint.bad('nobody answered in time, so it is a no'),
  void: paint.quiet('withdrawn'),
};
/** Beneath the object of a step. */
const hanging = ' '.repeat(10);
/** Of what an agent says; the rest is counted. */
const mostLinesOfWords = 12;
const verboseLines = 8;

/**
 * Tells a run to a person: one line for each step, what the policy said unless it is a plain yes, what left the sandbox.
 * Everything that an agent, a model or a host wrote is made harmless on the way.
 */
export class Story {
  readonly #options: StoryOptions;
  readonly #steps = new Map<string, Step>();
  readonly #calls = new Map<string, Readonly<Record<string, unknown>>>();
  /** The step of each question. */
  readonly #asked = new Map<string, string>();
  readonly #refused = new Set<string>();
  readonly #reads = new Reads();
  #plan: BodyOf<'plan'>['items'] = [];
  /** The step that the lines above are about. */
  #open: Step | undefined;

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  /** The lines of one more entry; those of some are told together with the next. */
  tell({ body }: TimelineEntry): readonly string[] {
    switch (body.kind) {
      case 'turn':
        for (const call of body.calls) this.#calls.set(call.step, call.arguments);
        return body.text.trim() === '' ? [] : this.#after(this.#say(body.agent, body.text));
      case 'message':
        return body.from === 'agent' ? this.#after(this.#answered(body)) : this.#heard(body);
      case 'plan': {
        const lines = drawPlan(this.#options.verbose ? [] : this.#plan, body.items);
        this.#plan = body.items;
        return this.#after(lines);
      }
      case 'step.started':
        this.#steps.set(body.step, {
          words: callWords(body.tool, this.#calls.get(body.step) ?? {}, body.summary),
          open: false,
        });
        return [];
      case 'step.ended':
        return this.#ended(body);
      case 'decision':
        return this.#decided(body);
      case 'egress':
        return this.#left(body);
      case 'approval':
        this.#asked.set(body.approval, body.step);
        return [];
      case 'approval.ended':
        return this.#beneath(this.#asked.get(body.approval) ?? null, [`    ${ends[body.state]}`]);
      case 'step.settled':
        return this.#after([settledLine(body)]);
      case 'state':
        return this.#moved(body);
      case 'checkpoint':
        return this.#options.verbose ? this.#beneath(body.checkpoint.step, [checkpointLine(body.checkpoint)]) : [];
      case 'note':
        return this.#after([`  ${body.level === 'warning' ? paint.warn('!') : '·'} ${hostileLine(body.text, 300)}`]);
      default:
        return [];
    }
  }

  /** What goes on now, in a few words; empty when nothing is known to. */
  get now(): string {
    const [last] = [...this.#steps.values()].slice(-1);
    return last === undefined ? '' : `  … ${last.words.verb} ${last.words.object}`;
  }

  /** What still waits to be told. */
  rest(): readonly string[] {
    const told = this.#reads.take();
    return told === undefined ? [] : [stepLine(marks.ok, told, this.#options.columns)];
  }

  #after(lines: readonly string[]): readonly string[] {
    const rest = this.rest();
    this.#open = undefined;
    return [...rest, ...lines];
  }

  #heard({ turn, by, text }: BodyOf<'message'>): readonly string[] {
    if (turn === this.#options.typed) return [];
    return this.#after(['', paint.strong(`${hostileLine(by, 40)}  ${hostileLine(text, 300)}`)]);
  }

  #answered({ by, text, ok }: BodyOf<'message'>): readonly string[] {
    if (!ok) return [`  ${marks.failed} ${hostileLine(by, 40)} has no answer: ${hostileLine(text, 300)}`];
    return this.#say(by, text === '' ? '(it said nothing)' : text);
  }

  #say(agent: string, text: string): readonly string[] {
    const name = hostileLine(agent, 40);
    const block = hostileBlock(text.trim(), '', this.#options.verbose ? Number.POSITIVE_INFINITY : mostLinesOfWords);
    const [first = '', ...more] = wrap(`${name}  ${block}`, this.#options.columns - 2);
    return ['', `${paint.accent(name)}${first.slice(name.length)}`, ...more.map((line) => `  ${line}`)];
  }

  /** The head of a step, unless the lines above are about it already. */
  #head(step: Step): readonly string[] {
    if (this.#open === step) return [];
    const head = this.#after([stepLine(paint.quiet('→'), step.words, this.#options.columns)]);
    step.open = true;
    this.#open = step;
    return head;
  }

  #ended(body: BodyOf<'step.ended'>): readonly string[] {
    const step = this.#steps.get(body.step);
    this.#steps.delete(body.step);
    // The loop's own tools never started as steps: the plan shows itself, and only an objection is worth telling.
    if (step === undefined)
      return body.outcome === 'ok' && !this.#options.verbose
        ? []
        : this.#after([`  ${marks[body.outcome]} ${hostileLine(body.output, 300)}`]);
    if (this.#options.verbose) return [...this.#head(step), ...this.#wholeEnd(body)];
    if (step.words.kind === 'look' && body.outcome === 'ok' && !step.open) {
      const rest = this.#reads.fits(step.words) ? [] : this.rest();
      this.#reads.add(step.words);
      return rest;
    }
    const result = resultWords(step.words, body);
    if (step.open) {
      // Why it was refused was told where it was decided.
      if (body.outcome === 'denied') return [];
      return [...this.#head(step), `    ${marks[body.outcome]} ${paint.quiet(result ?? 'done')}`];
    }
    const line = stepLine(marks[body.outcome], step.words, this.#options.columns);
    return this.#after(result === undefined ? [line] : [line, `      ${paint.quiet(result)}`]);
  }

  #wholeEnd(body: BodyOf<'step.ended'>): readonly string[] {
    const label = labelWords(body.label);
    return [
      ...(body.output === '' ? [] : hostileBlock(body.output, '      ', verboseLines).split('\n').map(paint.quiet)),
      ...(label === undefined ? [] : [`    ${paint.warn('label')} ${label}`]),
      `    ${marks[body.outcome]} ${paint.quiet(`${body.outcome}, ${Math.round(body.milliseconds)} ms`)}`,
    ];
  }

  #decided(body: BodyOf<'decision'>): readonly string[] {
    const { kind, reasons } = body.decision;
    if (kind === 'allow') {
      if (!this.#options.verbose) return [];
      return this.#beneath(body.step, [`    ${paint.quiet(`allowed: ${hostileLine(body.what, 200)}`)}`]);
    }
    this.#refused.add(body.what);
    const why = reasons.map(({ text }) => hostileLine(text, 400)).join(' ');
    // Most reasons name what was asked; one that does not is told with it.
    const named = why.includes(hostileLine(body.what, 400)) ? why : `${hostileLine(body.what, 200)}: ${why}`;
    // Why a person is asked stands on the card that they get.
    const text = kind === 'ask' && !this.#options.verbose ? hostileLine(body.what, 200) : named;
    const [sign, look] =
      kind === 'deny' ? (['⊘ denied', paint.bad] as const) : (['⏸ a person is asked', paint.warn] as const);
    const [first = '', ...more] = wrap(`${sign}  ${text}`, this.#options.columns - 4);
    const painted = look(sign) + first.slice(sign.length);
    return this.#beneath(body.step, [`    ${painted}`, ...more.map((line) => `      ${line}`)]);
  }

  #left(body: BodyOf<'egress'>): readonly string[] {
    const allowed = body.decision === 'allow';
    if (!(allowed || this.#options.verbose) && this.#refused.has(decisionName(body))) return [];
    const step = body.step === null ? undefined : this.#steps.get(body.step);
    // A request of the request tool is told as its step.
    if (allowed && !this.#options.verbose && step?.words.kind === 'send') return [];
    const amounts = allowed ? `, ${bytes(body.requestBytes)} out, ${bytes(body.responseBytes)} in` : '';
    const words = `${hostileLine(body.method, 12)} ${hostileLine(body.url, 200)} → ${answerWord(body)}${amounts}`;
    return this.#beneath(body.step, [`    ${allowed ? paint.accent('⇄') : paint.bad('⊘')} ${paint.quiet(words)}`]);
  }

  #beneath(id: string | null, lines: readonly string[]): readonly string[] {
    const step = id === null ? undefined : this.#steps.get(id);
    return step === undefined ? this.#after(lines) : [...this.#head(step), ...lines];
  }

  #moved({ state, explanation }: BodyOf<'state'>): readonly string[] {
    if (explanation === null || isToldElsewhere(state)) return [];
    const word = state === 'unknown' ? `${marks.unknown} ` : '';
    return this.#after([`  ${word}${paint.quiet(hostileLine(explanation, 300))}`]);
  }
}

/** The end by the run itself, the waiting by its question. */
function isToldElsewhere(state: string): boolean {
  return state === 'waiting' || state === 'finished' || state === 'failed' || state === 'stopped';
}

function stepLine(mark: string, { verb, object }: Pick<CallWords, 'verb' | 'object'>, columns: number): string {
  const [first = '', ...more] = wrap(`${verb.padEnd(5)} ${object}`, columns - hanging.length);
  const head = `  ${mark} ${paint.strong(first.slice(0, verb.length))}${first.slice(verb.length)}`;
  return [head, ...more.map((line) => hanging + line)].join('\n');
}

/** What a step brought, in one line where that says something. */
function resultWords({ kind }: CallWords, { outcome, output }: BodyOf<'step.ended'>): string | undefined {
  if (outcome === 'unknown') return 'nobody knows whether it happened: a person has to look';
  if (outcome === 'denied') return hostileLine(output, 300);
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (outcome === 'failed') return hostileLine(lines.join(' '), 300);
  if (kind === 'send') return hostileLine(lines[0] ?? '', 120);
  return kind === 'run' ? hostileLine(lines.at(-1) ?? '(no output)', 160) : undefined;
}

function checkpointLine({ number, name }: BodyOf<'checkpoint'>['checkpoint']): string {
  return `    ${paint.quiet(`checkpoint ${number}${name === null ? '' : ` (${name})`}`)}`;
}

function settledLine({ by, verdict, note, step }: BodyOf<'step.settled'>): string {
  const words = verdict === 'happened' ? 'it happened' : 'it did not happen';
  return `  ☞ ${hostileLine(by, 40)} says of ${step}: ${words}${note === null ? '' : `. ${hostileLine(note, 300)}`}`;
}
