import type { Conversation } from '../conversation.ts';
import type { CallTemplate, Condition, Scenario, Step } from './scenario.ts';
import { expand, fill, type Lookup } from './template.ts';
import { callId, readTranscript, type Transcript, wireToolName } from './transcript.ts';
import { findValue, pickResults } from './value.ts';

/** One turn of the rehearsal model. */
export interface Reply {
  readonly text: string;
  readonly calls: readonly ReplyCall[];
}

export interface ReplyCall {
  readonly id: string;
  /** As on the wire. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Plays the next turn of a scenario: the first step whose conditions hold. Pure and deterministic. */
export function play(scenario: Scenario, conversation: Conversation): Reply {
  const transcript = readTranscript(conversation, scenario);
  const lookup = lookupOf(scenario, transcript);
  const step = scenario.steps.find((candidate) => isNext(candidate, scenario, transcript));
  if (step !== undefined) return reply(step, step.name, transcript, lookup);
  if (scenario.otherwise !== undefined) return reply(scenario.otherwise, 'otherwise', transcript, lookup);
  return { text: lost(scenario, transcript), calls: [] };
}

/** Finds values, and phrases made of values. A phrase holds no other phrase. */
function lookupOf(scenario: Scenario, transcript: Transcript): Lookup {
  const found: Lookup = (name) => findValue(name, scenario, transcript);
  return (name) => {
    const phrase = scenario.phrases?.[name]?.find(
      ({ when }) => when === undefined || holds(when, scenario, transcript),
    );
    return phrase === undefined ? found(name) : [fill(phrase.say, found)];
  };
}

/** What the model says when its script has no line for this: the truth. */
function lost(scenario: Scenario, transcript: Transcript): string {
  return `I am the scripted rehearsal model, and my scenario "${scenario.scenario}" has no step for this point of the conversation (after ${transcript.turns} turns). I cannot think for myself; connect a real model for tasks of your own.`;
}

function isNext(step: Step, scenario: Scenario, transcript: Transcript): boolean {
  if (!step.repeat && transcript.taken.has(step.name)) return false;
  return step.when === undefined || holds(step.when, scenario, transcript);
}

function holds(condition: Condition, scenario: Scenario, transcript: Transcript): boolean {
  const { task, prompt, turns, after, results, without, found } = condition;
  return (
    (task?.test(transcript.task) ?? true) &&
    (prompt?.test(transcript.prompt) ?? true) &&
    transcript.turns >= (turns?.min ?? 0) &&
    transcript.turns <= (turns?.max ?? Number.POSITIVE_INFINITY) &&
    (after ?? []).every((name) => transcript.taken.has(name)) &&
    (results ?? []).every((wanted) => pickResults(transcript, wanted).length > 0) &&
    (without ?? []).every((wanted) => pickResults(transcript, wanted).length === 0) &&
    (found ?? []).every((name) => findValue(name, scenario, transcript).length > 0)
  );
}

function reply({ say, call }: Pick<Step, 'say' | 'call'>, step: string, transcript: Transcript, lookup: Lookup): Reply {
  const calls = (call ?? []).flatMap((template) => makeCalls(template, step, transcript, lookup));
  const missing = calls.find(({ tool }) => !transcript.tools.includes(tool));
  const text = say === undefined ? '' : fill(say, lookup);
  if (missing === undefined) return { text, calls };
  return {
    text: `${text}\n\nI am the scripted rehearsal model: my next step needs the tool "${missing.tool}", which I was not given.`.trim(),
    calls: [],
  };
}

function makeCalls(template: CallTemplate, step: string, transcript: Transcript, lookup: Lookup): readonly ReplyCall[] {
  const name = template.name ?? template.tool.replaceAll('.', '-');
  const items = template.each === undefined ? [undefined] : lookup(template.each);
  return items.map((item, index) => {
    const local: Lookup = (value) => (value === 'item' && item !== undefined ? [item] : lookup(value));
    return {
      id: callId(step, name, template.each === undefined ? `t${transcript.turns}` : `t${transcript.turns}-${index}`),
      tool: wireToolName(template.tool),
      arguments: Object.fromEntries(
        Object.entries(template.arguments).map(([key, value]) => [key, expand(value, local)]),
      ),
    };
  });
}
