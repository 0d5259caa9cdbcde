import type { ApiClient, Run } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';

/** Runs in which an open conversation is looked for. */
const looked = 200;

export interface Opening {
  readonly agent: string;
  /** Absolute path of the folder to work on. */
  readonly folder: string;
  readonly model?: string | undefined;
}

/** A conversation, and what of it is known already: entries of its timeline, by their sequence. */
export interface OpenConversation {
  readonly run: Run;
  readonly after: number;
  /** The turn that answers what was just said; undefined when that began the conversation. */
  readonly turn?: string;
}

/** The newest conversation with the agent on this folder that is not over. */
export async function findConversation(api: ApiClient, { agent, folder }: Opening): Promise<Run | undefined> {
  const { data } = await api.GET('/runs', { params: { query: { limit: looked } } });
  return data?.runs.find(
    (run) => run.conversation && run.ended === null && run.agent === agent && run.folder === folder,
  );
}

/** Says something in the conversation that is open, or begins one with it. */
export async function say(
  api: ApiClient,
  opening: Opening,
  known: OpenConversation | undefined,
  text: string,
): Promise<OpenConversation> {
  if (known === undefined) {
    const { agent, folder, model } = opening;
    const body = { task: text, agent, folder, conversation: true, ...(model === undefined ? {} : { model }) };
    const { data: run } = await api.POST('/runs', { body });
    if (run === undefined) throw unexpected();
    return { run, after: 0 };
  }
  const params = { path: { run: known.run.id } };
  const { data } = await api.POST('/runs/{run}/messages', { params, body: { text } });
  if (data === undefined) throw unexpected();
  return { ...known, turn: data.turn };
}

function unexpected(): ClawholdError {
  return new ClawholdError('gateway_unknown', 'The gateway did not answer as it should.');
}
