import { createHash } from 'node:crypto';
import { type AgentManifest, parseAgentManifest, shippedManifest } from '@clawhold/agents/manifest';
import { nearestWord } from '@clawhold/documents';
import { ClawholdError } from '@clawhold/spec';
import { listManifests, manifestPath, readManifest } from './agent-folder.ts';

/** An agent as a run takes it along: later edits of the file change later runs only. */
export interface ChosenAgent {
  readonly manifest: AgentManifest;
  /** The document itself. */
  readonly text: string;
  /** SHA-256 of the text, in hex. */
  readonly digest: string;
}

/** An agent as a person chooses it. */
export interface AgentDescription {
  readonly name: string;
  /** What the manifest says; null when it cannot be used. */
  readonly manifest: AgentManifest | null;
  /** `agents/<name>.yaml`, or null for the manifest that ships. */
  readonly file: string | null;
  /** One sentence: why no run can have this agent; null when runs can. */
  readonly problem: string | null;
}

/** The agents of the installation: what each may do is its policy, what each is its manifest. */
export interface AgentService {
  /** Every agent that has a policy or a manifest, by name. */
  list(): Promise<readonly AgentDescription[]>;
  /**
   * @param command a program that works in place of the one that the manifest says, under the same policy.
   * @throws ClawholdError `input_unknown_agent`, `input_agent_without_policy`, `input_agent_manifest`.
   */
  choose(name: string, command?: readonly string[]): Promise<ChosenAgent>;
}

export interface AgentServiceParts {
  /** The operator's configuration. It is read whenever an agent is chosen, so an edit counts from the next run on. */
  readonly folder: string;
  /** Names of the agents that have a policy in force. */
  readonly governed: () => readonly string[];
}

export function createAgentService({ folder, governed }: AgentServiceParts): AgentService {
  async function choose(name: string, command?: readonly string[]): Promise<ChosenAgent> {
    const written = await listManifests(folder);
    if (!governed().includes(name)) throw refuse(name, written, governed());
    const own = command === undefined && written.includes(name);
    const shipped = command === undefined ? shippedManifest() : programManifest(name, command);
    const text = own ? await readManifest(folder, name) : shipped;
    const manifest = parseAgentManifest(text, own ? manifestPath(name) : 'the shipped manifest');
    if (own && manifest.name !== name)
      throw new ClawholdError('input_agent_manifest', `${manifestPath(name)} calls its agent "${manifest.name}".`, {
        hint: 'File and agent have one name: rename one of them.',
      });
    return { manifest: { ...manifest, name }, text, digest: createHash('sha256').update(text).digest('hex') };
  }

  async function describe(name: string, written: readonly string[]): Promise<AgentDescription> {
    const file = written.includes(name) ? manifestPath(name) : null;
    try {
      return { name, file, manifest: (await choose(name)).manifest, problem: null };
    } catch (error) {
      if (!(error instanceof ClawholdError)) throw error;
      return { name, file, manifest: null, problem: error.message };
    }
  }

  return {
    choose,
    async list() {
      const written = await listManifests(folder);
      const names = [...new Set([...governed(), ...written])].toSorted();
      return Promise.all(names.map((name) => describe(name, written)));
    },
  };
}

/** The manifest of a program that a person names for one run. Every JSON document is a YAML document. */
function programManifest(name: string, command: readonly string[]): string {
  return JSON.stringify({ name, description: 'A program that was named for this run.', harness: 'command', command });
}

function refuse(name: string, written: readonly string[], governed: readonly string[]): ClawholdError {
  if (written.includes(name))
    return new ClawholdError('input_agent_without_policy', `The agent "${name}" has no policy, so it may do nothing.`, {
      hint: `Write policies/${name}.yaml beside its manifest, then: npx clawhold policy reload`,
    });
  const meant = nearestWord(name, governed);
  return new ClawholdError('input_unknown_agent', `There is no agent "${name}".`, {
    hint:
      meant === undefined ? `Available: ${governed.join(', ')}` : `Did you mean "${meant}"? See: npx clawhold agents`,
  });
}
