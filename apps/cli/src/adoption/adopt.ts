import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ApiClient } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { type AgentFiles, readIfThere, writeAgent } from '../agents/agent-files.ts';
import { beginRecord, endRecord, isUnderWay, readRecord, underWay } from './adoption-record.ts';
import { makeAttempt } from './attempt-folder.ts';
import { type Discovery, discover } from './discover.ts';
import { type DroppedSecret, type PlannedCredential, planSecrets, type SecretPlan } from './plan-credentials.ts';
import { type LeftOut, openFolder } from './read-tree.ts';
import { createSecretSearch, type SecretSearch } from './secret-search.ts';
import type { FoundSkill } from './skill-folders.ts';
import { keeps, openStatePlace } from './state-place.ts';
import { type TakenWorkspace, takeWorkspace } from './take-workspace.ts';
import { goBack } from './undo-adoption.ts';

/** What of an OpenClaw is looked at. */
export interface Source {
  /** Its folder, without any link on the way. */
  readonly path: string;
  /** Which of its agents; default: its own default. */
  readonly agent: string | undefined;
}

/** What was found, what is taken, and what is not. */
export interface AdoptionReport {
  readonly name: string;
  readonly discovery: Pick<Discovery, 'agent' | 'shownName' | 'workspace' | 'dangers' | 'notTaken'>;
  readonly taken: TakenWorkspace;
  readonly skills: readonly { readonly id: string; readonly from: string; readonly files: number }[];
  readonly credentials: readonly Omit<PlannedCredential, 'secret'>[];
  readonly dropped: readonly DroppedSecret[];
  readonly leftOut: readonly LeftOut[];
}

/** Where it goes. */
export interface Destination {
  readonly api: ApiClient;
  readonly home: string;
  readonly files: AgentFiles;
  readonly model: string | undefined;
  /** Installs the program of the agent, once. @returns the name of the installation. */
  readonly install: () => Promise<string>;
}

/** Says what an adoption would do, and does nothing. */
export async function rehearse(name: string, source: Source): Promise<AdoptionReport> {
  // Where copies of its databases are read.
  const scratch = await mkdtemp(join(tmpdir(), 'clawhold-adopt-'));
  try {
    return (await collect(name, source, scratch, undefined)).report;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Makes an agent of somebody's OpenClaw. Whoever dies in the middle leaves no agent and what the next attempt, or
 * `adopt --undo`, takes back first: the record of what will be made is written before any of it is, and the policy last.
 *
 * @throws ClawholdError `state_agent_exists`, `state_agent_keeps`, and what {@link discover} and the installation throw.
 */
export async function adopt(name: string, source: Source, destination: Destination): Promise<AdoptionReport> {
  const { api, home, files, model, install } = destination;
  await clearTheWay(name, destination);
  await using attempt = await makeAttempt(home);
  await using place = await openStatePlace(home);
  if (await place.has(name)) throw keeps(name);
  const { report, plan } = await collect(name, source, attempt.path, join(attempt.path, 'tree'));
  const installed = await install();
  const credentials = plan.credentials.map((one) => one.name);
  await refuseStored(api, credentials);
  const record = await beginRecord(home, { name, source: source.path, credentials });
  try {
    for (const credential of plan.credentials) await store(api, name, credential);
    await place.put(name, join(attempt.path, 'tree'));
    await writeAgent(files, { name, harness: 'openclaw', program: { installed }, model });
    await endRecord(home, record);
  } catch (error) {
    // What cannot be taken back now, because the platform is away, the next attempt takes back.
    await goBack({ api, home, files, name }).catch(() => undefined);
    throw error;
  }
  await api.POST('/policies/reload');
  return report;
}

/** An attempt that died is taken back first. What is whole stays. */
async function clearTheWay(name: string, { api, home, files }: Destination): Promise<void> {
  const record = await readRecord(home, name);
  if (record !== undefined && isUnderWay(record)) throw underWay(name);
  const exists =
    (await readIfThere(files.policy)) ?? (record === undefined ? await readIfThere(files.manifest) : undefined);
  if (exists !== undefined)
    throw new ClawholdError('state_agent_exists', `There is an agent "${name}" already.`, {
      hint: 'Take another name with --name.',
    });
  if (record?.isWhole === true)
    throw new ClawholdError('state_agent_keeps', `An agent "${name}" was adopted before, and what it kept still is.`, {
      hint: `Take another name with --name, or remove all of it: npx clawhold adopt --undo ${name}`,
    });
  await goBack({ api, home, files, name });
}

async function refuseStored(api: ApiClient, names: readonly string[]): Promise<void> {
  const { data } = await api.GET('/credentials');
  const there = data?.credentials.find((one) => names.includes(one.name));
  if (there !== undefined)
    throw new ClawholdError('state_credential_exists', `There is a credential "${there.name}" already.`, {
      hint: 'Take another name with --name, or remove the credential.',
    });
}

async function store(
  api: ApiClient,
  agent: string,
  { name, secret, host, port, place }: PlannedCredential,
): Promise<void> {
  await api.POST('/credentials', {
    body: {
      name,
      secret,
      source: { kind: 'secret', prefix: '' },
      binding: { hosts: [host], ports: [port], places: [place], agents: [agent] },
    },
  });
}

/** @param tree where what is taken goes; undefined: nowhere. */
async function collect(
  name: string,
  source: Source,
  scratch: string,
  tree: string | undefined,
): Promise<{ readonly report: AdoptionReport; readonly plan: SecretPlan }> {
  await using folder = await openFolder(source.path);
  const discovery = await discover(folder, source.path, scratch, source.agent);
  const plan = planSecrets(name, discovery.secrets);
  const search = createSecretSearch(plan.words);
  for (const part of ['state', 'home', 'workspace'])
    if (tree !== undefined) await mkdir(join(tree, 'state', part), { recursive: true, mode: 0o700 });
  const writer = (below: string) => async (file: { path: string; bytes: Buffer; isExecutable: boolean }) => {
    if (tree === undefined) return;
    const path = join(tree, below, file.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, file.bytes, { mode: file.isExecutable ? 0o700 : 0o600, flag: 'wx' });
  };
  const taken = await takeWorkspace(folder, discovery.workspace, search, writer('state/workspace'));
  const skillsLeft: LeftOut[] = [];
  const skills: FoundSkill[] = [];
  for (const skill of discovery.skills) {
    const clean = withoutSecrets(skill, search);
    if (clean === undefined) {
      skillsLeft.push({ path: skill.from, why: 'it holds a secret in a form that cannot be taken out' });
      continue;
    }
    skills.push(clean);
    for (const file of clean.files) await writer(`skills/${skill.id}`)(file);
  }
  const { agent, shownName, workspace, dangers, notTaken } = discovery;
  const report: AdoptionReport = {
    name,
    discovery: { agent, shownName, workspace, dangers, notTaken },
    taken,
    skills: skills.map(({ id, from, files }) => ({ id, from, files: files.length })),
    credentials: plan.credentials.map(({ secret: _secret, ...told }) => told),
    dropped: plan.dropped,
    leftOut: [
      ...discovery.leftOut,
      ...skillsLeft,
      ...taken.leftOut.map(({ path, why }) => ({ path: `${workspace}/${path}`, why })),
    ],
  };
  return { report, plan };
}

function withoutSecrets(skill: FoundSkill, { search }: SecretSearch): FoundSkill | undefined {
  const files = [];
  for (const file of skill.files) {
    const searched = search(file.bytes);
    if (searched.kind === 'hidden' || search(Buffer.from(file.path)).kind !== 'clean') return undefined;
    files.push({ ...file, bytes: searched.bytes });
  }
  return { ...skill, files };
}
