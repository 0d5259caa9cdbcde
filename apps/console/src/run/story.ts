import type { TimelineEntry } from '@clawhold/client';

type Body = TimelineEntry['body'];
type BodyOf<Kind extends Body['kind']> = Extract<Body, { kind: Kind }>;

export type Decision = BodyOf<'decision'>;
export type Egress = BodyOf<'egress'>;
export type Label = BodyOf<'step.ended'>['label'];
export type Plan = BodyOf<'plan'>['items'];

/** One tool call, from the proposal to its result. */
export interface Step {
  readonly kind: 'step';
  readonly id: string;
  /** Of the first entry about it. */
  readonly sequence: number;
  readonly time: string;
  /** Who proposed it: the run's agent, or a sub-agent with its parent's name before its own. Empty when no turn told. */
  readonly agent: string;
  readonly tool: string;
  readonly summary: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** null while it goes on. */
  readonly ended: BodyOf<'step.ended'> | null;
  /** The number of the checkpoint that was taken just before it. */
  readonly checkpoint: number | null;
  /** What a person said became of it, when its result was lost. */
  readonly settled: BodyOf<'step.settled'> | null;
  /** The sequence of what the browser showed after it. */
  readonly picture: number | null;
  readonly decisions: readonly Decision[];
  /** The question to a person, and how it ended (null: still open). */
  readonly questions: readonly {
    readonly approval: string;
    readonly state: BodyOf<'approval.ended'>['state'] | null;
  }[];
}

/** What stands by itself between the steps. */
export interface Remark {
  readonly kind: 'remark';
  readonly sequence: number;
  readonly time: string;
  readonly body:
    | BodyOf<'turn'>
    | BodyOf<'state'>
    | BodyOf<'note'>
    | BodyOf<'message'>
    | BodyOf<'decision'>
    | BodyOf<'checkpoint'>;
}

export interface Request {
  readonly sequence: number;
  readonly time: string;
  readonly body: Egress;
}

/** A run as a person reads it. */
export interface Story {
  readonly plan: Plan;
  readonly scenes: readonly (Step | Remark)[];
  readonly requests: readonly Request[];
}

/** Reads the timeline, in order, into the story of the run. */
export function tell(entries: readonly TimelineEntry[]): Story {
  const steps = new Map<string, Step>();
  const remarks: Remark[] = [];
  const requests: Request[] = [];
  let plan: Plan = [];

  const change = (id: string, { sequence, time }: TimelineEntry, add: (step: Step) => Partial<Step>): void => {
    const known = steps.get(id) ?? {
      kind: 'step',
      id,
      sequence,
      time,
      agent: '',
      tool: '',
      summary: '',
      arguments: {},
      ended: null,
      checkpoint: null,
      picture: null,
      settled: null,
      decisions: [],
      questions: [],
    };
    steps.set(id, { ...known, ...add(known) });
  };

  for (const entry of entries) {
    const { body, sequence, time } = entry;
    switch (body.kind) {
      case 'plan':
        plan = body.items;
        break;
      case 'turn':
        remarks.push({ kind: 'remark', sequence, time, body });
        for (const call of body.calls)
          change(call.step, entry, () => ({ agent: body.agent, tool: call.tool, arguments: call.arguments }));
        break;
      case 'step.started':
        change(body.step, entry, () => ({ tool: body.tool, summary: body.summary }));
        break;
      case 'step.ended':
        change(body.step, entry, () => ({ ended: body }));
        break;
      case 'step.settled':
        change(body.step, entry, () => ({ settled: body }));
        break;
      case 'decision':
        if (body.step === null) remarks.push({ kind: 'remark', sequence, time, body });
        else change(body.step, entry, ({ decisions }) => ({ decisions: [...decisions, body] }));
        break;
      case 'approval':
        change(body.step, entry, ({ questions }) => ({
          questions: [...questions, { approval: body.approval, state: null }],
        }));
        break;
      case 'approval.ended':
        for (const step of steps.values())
          if (step.questions.some(({ approval }) => approval === body.approval))
            change(step.id, entry, ({ questions }) => ({
              questions: questions.map((question) =>
                question.approval === body.approval ? { ...question, state: body.state } : question,
              ),
            }));
        break;
      case 'checkpoint': {
        const { number, step } = body.checkpoint;
        if (step === null) remarks.push({ kind: 'remark', sequence, time, body });
        else change(step, entry, () => ({ checkpoint: number }));
        break;
      }
      case 'picture':
        change(body.step, entry, () => ({ picture: sequence }));
        break;
      case 'egress':
        requests.push({ sequence, time, body });
        break;
      case 'state':
      case 'message':
      case 'note':
        remarks.push({ kind: 'remark', sequence, time, body });
        break;
      default:
        // A kind that this version does not know is left out rather than guessed at.
        body satisfies never;
    }
  }
  const scenes = [...steps.values(), ...remarks].toSorted(
    (one, other) => one.sequence - other.sequence || Number(one.kind === 'step') - Number(other.kind === 'step'),
  );
  return { plan, scenes, requests };
}
