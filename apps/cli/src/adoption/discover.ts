import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  configurationCharacters,
  type Danger,
  dangersIn,
  type FoundSecret,
  identityOf,
  isUnreadable,
  type NotTaken,
  notTakenOf,
  type OpenClawConfiguration,
  readConfiguration,
  secretsIn,
  secretsInProfiles,
  secretsInVariables,
} from '@clawhold/harness/adoption';
import { ClawholdError } from '@clawhold/spec/error';
import { type DatabaseFacts, readDatabase } from './databases.ts';
import { type LeftOut, type OpenFolder, readFileOf, within } from './read-tree.ts';
import { type FoundSkill, findSkills } from './skill-folders.ts';

/** All that is found in the folder of an OpenClaw before anything of it is taken. */
export interface Discovery {
  /** Which of its agents. */
  readonly agent: string;
  readonly shownName: string | undefined;
  /** Its workspace, from the folder on. */
  readonly workspace: string;
  /** Each value once. */
  readonly secrets: readonly FoundSecret[];
  readonly dangers: readonly Danger[];
  readonly notTaken: readonly NotTaken[];
  readonly leftOut: readonly LeftOut[];
  readonly skills: readonly FoundSkill[];
}

/** Files of the folder itself that are read for secrets: more are no configuration. */
const mostFiles = 64;

/**
 * Reads what an OpenClaw is: its configuration, its secrets wherever it keeps them, its skills.
 *
 * @param path of the folder, as a person names it.
 * @param scratch a folder that nobody else sees.
 * @param wanted which of its agents; default: its own default.
 * @throws ClawholdError `input_adopt_not_openclaw`, `input_adopt_workspace`, `input_adopt_too_large`.
 */
export async function discover(
  folder: OpenFolder,
  path: string,
  scratch: string,
  wanted: string | undefined,
): Promise<Discovery> {
  const leftOut: LeftOut[] = [];
  const leave = (left: LeftOut): void => void leftOut.push(left);
  const looking: Looking = { folder, leave, secrets: [], isOpen: [] };
  const configuration = await readMain(looking);
  const { agent, shownName, workspace: configured } = identityOf(configuration, wanted);
  if (!/^[\w.-]{1,64}$/.test(agent))
    throw notOpenClaw(path, 'its configuration names an agent that no folder can have');
  await readOldConfigurations(looking);
  await readVariables(looking, '.env', folder);
  await readStores(looking, agent);
  const facts = await readDatabases(looking, agent, scratch);
  const workspace = await findWorkspace(folder, path, configured, agent);
  const skills = await findSkills(
    folder,
    [`${workspace}/skills`, `${workspace}/.agents/skills`, 'skills', `agents/${agent}/agent/workshop-skills`],
    leave,
  );
  return {
    agent,
    shownName,
    workspace,
    secrets: [...new Map([...looking.secrets, ...facts.secrets].map((one) => [one.value, one])).values()],
    dangers: [...dangersIn(configuration), ...dangersOfFiles(looking, skills)],
    notTaken: [...notTakenOf(configuration), ...facts.notTaken],
    leftOut,
    skills,
  };
}

interface Looking {
  readonly folder: OpenFolder;
  readonly leave: (left: LeftOut) => void;
  readonly secrets: FoundSecret[];
  /** Files with secrets that other accounts may read. */
  readonly isOpen: string[];
}

/** Reads a text of a folder; undefined when it is not there or cannot be read, which is told. */
async function readText(
  { leave }: Looking,
  folder: OpenFolder,
  name: string,
  shown: string,
): Promise<{ readonly text: string; readonly isOpen: boolean } | undefined> {
  const file = await readFileOf(folder, name, configurationCharacters);
  if (typeof file === 'string') leave({ path: shown, why: `${file}, so secrets in it are not known` });
  return typeof file === 'object' ? { text: file.bytes.toString('utf8'), isOpen: file.isOpen } : undefined;
}

function note(looking: Looking, file: string, isOpen: boolean, found: readonly FoundSecret[]): void {
  looking.secrets.push(...found);
  if (isOpen && found.length > 0) looking.isOpen.push(file);
}

async function readMain(looking: Looking): Promise<OpenClawConfiguration> {
  const read = await readText(looking, looking.folder, 'openclaw.json', 'openclaw.json');
  if (read === undefined) throw notOpenClaw('That folder', 'there is no openclaw.json in it that can be read');
  const configuration = readConfiguration(read.text);
  if (isUnreadable(configuration))
    throw notOpenClaw('That folder', `its openclaw.json cannot be read: ${configuration.unreadable}`);
  note(looking, 'openclaw.json', read.isOpen, secretsIn(configuration, 'openclaw.json'));
  return configuration;
}

/** Copies that OpenClaw makes when it changes its configuration, and files that it includes, hold secrets as well. */
async function readOldConfigurations(looking: Looking): Promise<void> {
  const names = (await readdir(`/proc/self/fd/${looking.folder.handle.fd}`))
    .filter((name) => /\.json5?(\.[\w.-]+)?$/.test(name) && name !== 'openclaw.json')
    .slice(0, mostFiles);
  for (const name of names) {
    const read = await readText(looking, looking.folder, name, name);
    const configuration = read === undefined ? undefined : readConfiguration(read.text);
    if (read === undefined || configuration === undefined || isUnreadable(configuration)) continue;
    note(looking, name, read.isOpen, [...secretsIn(configuration, name), ...secretsInProfiles(configuration, name)]);
  }
}

async function readVariables(looking: Looking, shown: string, folder: OpenFolder): Promise<void> {
  const read = await readText(looking, folder, '.env', shown);
  if (read !== undefined) note(looking, shown, read.isOpen, secretsInVariables(read.text, shown));
}

/** Where earlier versions kept sign-ins and keys. */
async function readStores(looking: Looking, agent: string): Promise<void> {
  for (const [folders, names] of [
    [
      ['agents', agent, 'agent'],
      ['auth-profiles.json', 'auth.json', 'models.json'],
    ],
    [['credentials'], ['oauth.json']],
  ] as const) {
    await within(looking.folder, folders, async (inside) => {
      for (const name of names) {
        const shown = [...folders, name].join('/');
        const read = await readText(looking, inside, name, shown);
        const store = read === undefined ? undefined : readConfiguration(read.text);
        if (read === undefined || store === undefined || isUnreadable(store)) continue;
        note(looking, shown, read.isOpen, secretsInProfiles(store, shown));
      }
    });
  }
}

async function readDatabases(
  { folder, leave }: Looking,
  agent: string,
  scratch: string,
): Promise<{ readonly secrets: readonly FoundSecret[]; readonly notTaken: readonly NotTaken[] }> {
  const places = [
    [['state'], 'openclaw.sqlite'],
    [['agents', agent, 'agent'], 'openclaw-agent.sqlite'],
  ] as const;
  const facts: DatabaseFacts[] = [];
  for (const [folders, name] of places)
    await within(folder, folders, async (inside) => {
      facts.push(await readDatabase(inside, name, [...folders, name].join('/'), scratch, leave));
    });
  const jobs = facts.flatMap((one) => one.jobs);
  const conversations = facts.reduce((sum, one) => sum + one.conversations, 0);
  return {
    secrets: facts.flatMap((one) => one.secrets),
    notTaken: [
      ...(jobs.length === 0
        ? []
        : [
            {
              what: `timed jobs (cron): ${jobs.slice(0, 8).join(', ')}`,
              instead: 'found, not activated: start runs from a timer of yours with "npx clawhold run"',
            },
          ]),
      ...(conversations === 0
        ? []
        : [
            {
              what: `its conversations (${conversations})`,
              instead:
                'they are in the databases that hold its sign-ins; what it remembers is in its files, which are taken',
            },
          ]),
    ],
  };
}

/** @throws ClawholdError `input_adopt_workspace` when it lies elsewhere: what a configuration names is not read unasked. */
async function findWorkspace(
  folder: OpenFolder,
  path: string,
  configured: string | undefined,
  agent: string,
): Promise<string> {
  const inside = configured === undefined ? '' : relative(path, configured.replace(/^~(?=\/)/, join(path, '..')));
  const usual = agent === 'main' ? ['workspace'] : [`workspace-${agent}`, 'workspace'];
  for (const name of [inside, ...usual]) {
    if (name === '' || name.startsWith('..') || name.startsWith('/') || name.split('/').length > 4) continue;
    if ((await within(folder, name.split('/'), async () => true)) === true) return name;
  }
  throw new ClawholdError('input_adopt_workspace', 'The workspace of that OpenClaw is not in its folder.', {
    hint: 'Copy it into the folder as "workspace", then adopt it again.',
  });
}

function dangersOfFiles({ isOpen }: Looking, skills: readonly FoundSkill[]): readonly Danger[] {
  const scripted = skills.filter(({ files }) => files.some(({ path, isExecutable }) => isExecutable || isScript(path)));
  return [
    ...(isOpen.length === 0
      ? []
      : [
          {
            what: `Every account of the machine may read its secrets (${isOpen.slice(0, 8).join(', ')}).`,
            why: 'Whoever gets onto the machine has them.',
            instead: 'they are sealed in the store of the platform',
          },
        ]),
    ...(scripted.length === 0
      ? []
      : [
          {
            what: `Skills bring programs (${scripted
              .slice(0, 8)
              .map(({ id }) => id)
              .join(', ')}).`,
            why: 'What a skill brings, it was told to run, with everything that it could reach.',
            instead: 'no skill counts before a person releases it, and what it runs runs in the sandbox',
          },
        ]),
  ];
}

function isScript(path: string): boolean {
  return /\.(sh|bash|py|js|mjs|cjs|ts|rb|pl|php|exe|bin)$/i.test(path);
}

function notOpenClaw(what: string, why: string): ClawholdError {
  return new ClawholdError('input_adopt_not_openclaw', `${what} is no OpenClaw that can be adopted: ${why}.`, {
    hint: 'Name the folder with its openclaw.json: npx clawhold adopt ~/.openclaw',
  });
}
