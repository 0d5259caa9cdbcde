import { join } from 'node:path';
import type { StepOutcome } from '@clawhold/spec';
import { rolldown } from 'rolldown';
import { type Scene, startScene } from '../../testing/scene.ts';

/** One of those in acp-agent.mjs, and what it is to be done with. */
export type Deed = readonly [string, unknown?];

export interface AcpScene {
  readonly scene: Scene;
  /** A run of one task, which is these deeds. */
  run(...deeds: readonly Deed[]): Promise<StepOutcome>;
  /** A run that stays: its end, when somebody ends it. */
  converse(...deeds: readonly Deed[]): Promise<StepOutcome>;
}

let bundled: Promise<string> | undefined;

/** The agent and its library in one file, which a sandbox can run. */
function agentText(): Promise<string> {
  bundled ??= (async () => {
    await using bundle = await rolldown({ input: join(import.meta.dirname, 'acp-agent.mjs'), platform: 'node' });
    const { output } = await bundle.generate({ codeSplitting: false });
    return output[0].code;
  })();
  return bundled;
}

/** An agent that speaks the Agent Client Protocol in the sandbox of a scene. @param version that it says it speaks. */
export async function acpScene(version = 1): Promise<AcpScene> {
  const scene = await startScene({ 'agent.mjs': await agentText(), 'note.txt': 'old' });
  const manifest = `name: worker
description: Somebody else's agent.
harness: acp
command: [env, SPEAKS=${version}, node, agent.mjs]
tools: { edit: { is: file.edit, arguments: { path: file, old: from, new: to } } }
`;
  async function begin(deeds: readonly Deed[], conversation: boolean): Promise<StepOutcome> {
    scene.plane.program = { ...scene.plane.program, manifest, conversation, task: JSON.stringify(deeds) };
    await scene.open();
    return (await scene.runProgram()).outcome;
  }
  return {
    scene,
    run: (...deeds) => begin(deeds, false),
    converse: (...deeds) => begin(deeds, true),
  };
}
