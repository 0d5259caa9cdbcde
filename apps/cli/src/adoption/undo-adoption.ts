import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient, Run } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { type AgentFiles, removeAgent } from '../agents/agent-files.ts';
import { type AdoptionRecord, readRecord, removeRecord } from './adoption-record.ts';
import { makeAttempt } from './attempt-folder.ts';
import { openStatePlace } from './state-place.ts';

interface Adopted {
  readonly api: ApiClient;
  readonly home: string;
  readonly files: AgentFiles;
  readonly name: string;
}

/**
 * Takes an adoption back, whole or half made: the agent, what it kept, and the credentials that it brought. The folder that
 * was read is not touched. Whoever dies in the middle asks again, because the record goes last.
 *
 * @throws ClawholdError `state_not_adopted`; `state_agent_busy` while a run has the agent.
 */
export async function undoAdoption(adopted: Adopted): Promise<AdoptionRecord> {
  const { api, home, name } = adopted;
  const record = await readRecord(home, name);
  if (record === undefined)
    throw new ClawholdError('state_not_adopted', `No agent "${name}" was adopted.`, {
      hint: 'See the agents there are with: npx clawhold agents',
    });
  await refuseBusy(api, name);
  await goBack(adopted);
  return record;
}

/** What {@link undoAdoption} does once it may; nothing where nothing was begun. */
export async function goBack({ api, home, files, name }: Adopted): Promise<void> {
  const record = await readRecord(home, name);
  if (record === undefined) return;
  // From here on no run can have it.
  await removeAgent(files);
  await api.POST('/policies/reload');
  await using attempt = await makeAttempt(home);
  await using place = await openStatePlace(home);
  // Moved first: what another account wrote is deleted where it can change nothing any more.
  if (await place.has(name)) await place.take(name, join(attempt.path, 'kept'));
  await rm(join(attempt.path, 'kept'), { recursive: true, force: true });
  const { data } = await api.GET('/credentials');
  for (const credential of data?.credentials ?? [])
    if (record.credentials.includes(credential.name))
      await api.POST('/credentials/{name}/remove', { params: { path: { name: credential.name } } });
  await removeRecord(home, name);
}

const ended: readonly Run['state'][] = ['finished', 'failed', 'stopped'];

async function refuseBusy(api: ApiClient, name: string): Promise<void> {
  const { data } = await api.GET('/runs', { params: { query: { limit: 200 } } });
  const busy = data?.runs.find(({ agent, state }) => agent === name && !ended.includes(state));
  if (busy !== undefined)
    throw new ClawholdError('state_agent_busy', `${name} works at ${busy.id}.`, {
      hint: `End it first: npx clawhold stop ${busy.id}`,
    });
}
