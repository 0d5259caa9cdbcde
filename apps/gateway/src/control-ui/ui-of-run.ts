import { type ControlUi, harnessOf, parseProgramManifest } from '@clawhold/harness';
import { ClawholdError } from '@clawhold/spec';
import type { RunStore } from '../runs/run-store.ts';
import type { PageSession } from './sessions.ts';

/** How the page of a conversation is read, by the manifest that its run took along. @throws ClawholdError `state_no_control_ui`. */
export function controlUiOf(store: Pick<RunStore, 'manifest'>) {
  return async ({ run, agent }: Pick<PageSession, 'run' | 'agent'>): Promise<ControlUi> => {
    const { harness } = parseProgramManifest(await store.manifest(run), 'the manifest of the run');
    const ui = harnessOf(harness).mind?.conversation?.controlUi;
    if (ui !== undefined) return ui;
    throw new ClawholdError('state_no_control_ui', `${agent} brings no page of its own.`, {
      hint: `Talk to it in a terminal: npx clawhold chat ${agent}`,
    });
  };
}
