import { endedRunStates, type RunState, type StagedFolder, type TimelineBody, withHostPaths } from '@clawhold/spec';

/** What worker and supervisor tell people in the platform's own words, with files named by the paths that people know. */
export interface PeerWords {
  sentence(text: string): string;
  /** The outcome of a run: only that of one that broke is ours, every other is the agent's. */
  outcome(state: RunState, text: string | null): string | null;
  timelineBody(body: TimelineBody): TimelineBody;
}

export function createPeerWords(folders: readonly StagedFolder[]): PeerWords {
  const sentence = (text: string): string => withHostPaths(text, folders);
  return {
    sentence,
    outcome: (state, text) => (text === null || state !== 'failed' ? text : sentence(text)),
    timelineBody(body) {
      if (body.kind === 'note') return { ...body, text: sentence(body.text) };
      if (body.kind !== 'state' || body.explanation === null || isAgents(body.state)) return body;
      return { ...body, explanation: sentence(body.explanation) };
    },
  };
}

/** The explanation of an end is the outcome. */
function isAgents(state: RunState): boolean {
  return endedRunStates.includes(state) && state !== 'failed';
}
