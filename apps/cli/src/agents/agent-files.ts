import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInstalled } from '@clawhold/harness/installation';
import { ClawholdError } from '@clawhold/spec/error';

/** The two files that are an agent: what it is, and what it may do. */
export interface AgentFiles {
  readonly manifest: string;
  readonly policy: string;
}

export interface NewAgent {
  readonly name: string;
  readonly harness: string;
  /** The installation that has its program, or the program itself. */
  readonly program: { readonly installed: string } | { readonly command: readonly string[] };
  readonly model: string | undefined;
}

/** The files of an agent in the operator's configuration. @throws ClawholdError `input_agent_name`, `state_never_started`. */
export function agentFiles(home: string, name: string): AgentFiles {
  const configuration = join(home, 'configuration');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new ClawholdError('input_agent_name', `An agent cannot be called "${name}".`, {
      hint: 'Take lower-case letters, digits and hyphens.',
    });
  if (!existsSync(configuration))
    throw new ClawholdError(
      'state_never_started',
      'There is no installation of Clawhold here that could have agents.',
      {
        hint: 'Start it once: npx clawhold up. Agents are made by the account that started it.',
      },
    );
  return { manifest: join(configuration, `agents/${name}.yaml`), policy: join(configuration, `policies/${name}.yaml`) };
}

/**
 * Writes an agent's files. The policy comes last, because no run has an agent without one: whoever is killed in between
 * asks again. A policy that is there stays.
 *
 * @throws ClawholdError `state_agent_exists`: there is another one of this name.
 */
export async function writeAgent({ manifest, policy }: AgentFiles, agent: NewAgent): Promise<void> {
  const text = manifestText(agent);
  const there = await readIfThere(manifest);
  if (agent.name === 'default' || (there !== undefined && there !== text))
    throw new ClawholdError('state_agent_exists', `There is an agent "${agent.name}" already.`, {
      hint: `Look at it: npx clawhold agent show ${agent.name}`,
    });
  await writeWhole(manifest, text);
  if (!existsSync(policy)) await writeWhole(policy, policyText(agent.name));
}

/** The old text and the new one: which installation has its program. */
export async function changeInstallation(
  { manifest }: AgentFiles,
  installed: string,
): Promise<{ readonly before: string; readonly after: string }> {
  const before = await readFile(manifest, 'utf8');
  const after = before.replace(/^installed:.*$/m, `installed: ${installed}`);
  if (after !== before) await writeWhole(manifest, after);
  return { before, after };
}

export async function removeAgent({ manifest, policy }: AgentFiles): Promise<void> {
  // From here on no run can have it.
  await rm(policy, { force: true });
  await rm(manifest, { force: true });
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Never half of it, whoever reads at that moment. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(`${path}.new`, text, { mode: 0o644, flush: true });
  await rename(`${path}.new`, path);
}

function manifestText({ name, harness, program, model }: NewAgent): string {
  const what =
    'installed' in program ? `installed: ${program.installed}` : `command: ${JSON.stringify(program.command)}`;
  return [
    '# What this agent is. A change takes effect at the next run; what it may do stands in the policy of the same name.',
    `name: ${name}`,
    `description: An agent made with --harness ${harness}.`,
    `harness: ${harness}`,
    what,
    // Whoever has a name is expected to remember; OpenClaw does without being told.
    ...(isInstalled(harness) && harness !== 'openclaw' ? ['keeps: true'] : []),
    ...(model === undefined ? [] : [`model: ${JSON.stringify(model)}`]),
    '',
  ].join('\n');
}

function policyText(name: string): string {
  return [
    `# What ${name} may do. It works inside the sandbox, on a copy of the task folder, and reaches models through the platform;`,
    '# nothing else may leave until rules here and in ceiling.yaml say so.',
    'version: 1',
    `name: ${name}`,
    '',
  ].join('\n');
}
