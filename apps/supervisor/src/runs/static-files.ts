import { isDeepStrictEqual } from 'node:util';
import type { Snapshot } from '@clawhold/policy';
import { ClawholdError, type SandboxFiles } from '@clawhold/spec';
import type { LiveRun } from './live-run.ts';
import type { Settled } from './side-sandboxes.ts';

/**
 * What a sandbox of this agent sees of files.
 *
 * @throws ClawholdError `sandbox_path_not_offered` when its policy insists on more than the ceiling offers.
 */
export function filesOf(agent: string, { files }: Snapshot): SandboxFiles {
  const [first, ...others] = files.notOffered;
  if (first === undefined || !files.sandbox.strict) return files.sandbox;
  const { path, access, by, rule } = first;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const key = rule.path.replace(/\[\d+\]$/, '');
  throw new ClawholdError(
    'sandbox_path_not_offered',
    `The policy of ${agent} names ${path} for ${access === 'write' ? 'writing' : 'reading'}, which the ${by} does not offer${more}.`,
    { hint: `Add it to \`${key}\` of the ${by}, or take it out of policies/${agent}.yaml.` },
  );
}

/**
 * What a sandbox sees is settled when it starts.
 *
 * @throws ClawholdError `state_needs_new_sandbox` when policies say otherwise about a sandbox that runs.
 */
export function assertSandboxesStand(
  runs: { all(): readonly (Settled & Partial<Pick<LiveRun, 'beside'>>)[] },
  policies: ReadonlyMap<string, Snapshot>,
): void {
  const standing = runs.all().flatMap((run) => [run, ...(run.beside?.all() ?? []).flatMap((one) => one.settled ?? [])]);
  const outdated = standing.filter(({ agent, files, systemCalls, taskSecrets }) => {
    const next = policies.get(agent);
    if (next === undefined) return false;
    return !isDeepStrictEqual(
      [next.files.sandbox, next.systemCalls, next.taskSecrets],
      [files, systemCalls, taskSecrets],
    );
  });
  const [first] = outdated;
  if (first === undefined) return;
  throw new ClawholdError(
    'state_needs_new_sandbox',
    `What sandboxes of ${first.agent} see of files or may ask of the kernel would change, which needs a new sandbox, and ${outdated.length} that began otherwise still ${outdated.length === 1 ? 'runs' : 'run'}: ${outdated.map(({ id }) => id).join(', ')}.`,
    { hint: `Wait for their end or stop them (npx clawhold stop ${first.id}), then: npx clawhold policy reload` },
  );
}
