import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commandInside, placeInside } from '@clawhold/harness';
import type { RunId, StepOutcome } from '@clawhold/spec';
import { type Scene, startScene } from '../../testing/scene.ts';

const rules = `
  - { match: shell.exec, decision: deny, where: "args.command.contains('ledger')" }
  - { match: shell.exec, decision: ask, where: "args.command.contains('publish')" }
  - { match: file.read, decision: deny, where: "args.path == 'ledger.csv'" }
`;

/** What came of a deed of the mind. */
export interface Came {
  readonly ok?: boolean;
  readonly is?: string;
  readonly status?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** One of those in mind.mjs, and what it is to be done with. */
type Deed = readonly [string, unknown?];

export interface SplitScene {
  readonly scene: Scene;
  /** Lets the agent of a new run try these things, where it thinks. */
  think(...deeds: readonly Deed[]): Promise<readonly Came[]>;
  /** The same in a run of its own, which begins where the one before it ended. */
  thinkAnew(...deeds: readonly Deed[]): Promise<{ readonly run: RunId; readonly came: readonly Came[] }>;
  /** The same in a run that stays: its end, when somebody ends it. */
  converse(...deeds: readonly Deed[]): Promise<StepOutcome>;
}

/**
 * An agent that is split as OpenClaw is, with a program of ours in its place.
 *
 * @param more lines of its manifest. @param network entries that its `network_policies` have besides.
 */
export async function splitScene(more = '', network = ''): Promise<SplitScene> {
  const scene = await startScene({ 'ledger.csv': '1,2', 'note.txt': 'old' }, rules, network);
  const installed = 'openclaw-1.0.0-0123456789abcdef';
  const program = commandInside('openclaw').at(-1) ?? '';
  const file = join(dirname(scene.home), 'installed', installed, program.slice(placeInside('openclaw').length));
  await mkdir(dirname(file), { recursive: true });
  await cp(join(import.meta.dirname, 'mind.mjs'), file);
  await cp(join(import.meta.dirname, 'mind-gateway.mjs'), join(dirname(file), 'mind-gateway.mjs'));
  const manifest = `name: worker\ndescription: Split.\nharness: openclaw\ninstalled: ${installed}\n${more}`;
  async function run(
    deeds: readonly Deed[],
    conversation: boolean,
    of: Pick<Scene, 'open' | 'runProgram'> = scene,
  ): Promise<StepOutcome> {
    scene.plane.program = { ...scene.plane.program, manifest, conversation, task: JSON.stringify(deeds) };
    await of.open();
    return (await of.runProgram()).outcome;
  }
  return {
    scene,
    converse: (...deeds) => run(deeds, true),
    think: async (...deeds) => cameOf(await run(deeds, false)),
    async thinkAnew(...deeds) {
      const another = scene.another();
      return { run: another.run, came: cameOf(await run(deeds, false, another)) };
    },
  };
}

function cameOf(outcome: StepOutcome): readonly Came[] {
  if (outcome.kind !== 'done' || !outcome.ok) throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.output) as readonly Came[]; // what mind.mjs prints
}
