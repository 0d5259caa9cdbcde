import { isObject } from './cluster-api.ts';

/**
 * The resources of https://github.com/kubernetes-sigs/agent-sandbox that are used: a claim takes a sandbox out of a pool, and the
 * template of that pool, which the cluster's administrators own, says what its pod is. A claim can say nothing about that.
 */
export const claimGroup = 'extensions.agents.x-k8s.io/v1beta1';
export const sandboxGroup = 'agents.x-k8s.io/v1beta1';

/** Which supervisor a claim belongs to. */
export const ownerLabel = 'clawhold.io/supervisor';
const sandboxAnnotation = 'clawhold.io/sandbox';
const podAnnotation = 'agents.x-k8s.io/pod-name';

/** A claim whose pod has ended goes after this many seconds, also when nobody is left who would delete it. */
const secondsAfterEnd = 60;

export interface ClaimWish {
  readonly pool: string;
  readonly owner: string;
  /** For people who look at the cluster. */
  readonly sandbox: string;
}

export function claimFor({ pool, owner, sandbox }: ClaimWish): object {
  return {
    apiVersion: claimGroup,
    kind: 'SandboxClaim',
    metadata: {
      generateName: 'clawhold-',
      labels: { [ownerLabel]: owner },
      annotations: { [sandboxAnnotation]: sandbox },
    },
    spec: {
      warmPoolRef: { name: pool },
      lifecycle: { shutdownPolicy: 'Delete', ttlSecondsAfterFinished: secondsAfterEnd },
    },
  };
}

/** What is read of a claim. */
export interface Claim {
  readonly name: string;
  readonly version: string;
  /** The sandbox that it was given, once that can be used. */
  readonly sandbox: string | undefined;
  /** Why its pod has ended. */
  readonly ended: string | undefined;
}

/** Undefined for what is no claim. */
export function readClaim(value: unknown): Claim | undefined {
  const metadata = field(value, 'metadata');
  const [name, version] = [field(metadata, 'name'), field(metadata, 'resourceVersion')];
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  const status = field(value, 'status');
  const sandbox = field(field(status, 'sandbox'), 'name');
  const conditions = field(status, 'conditions');
  const holds = (type: string): unknown =>
    Array.isArray(conditions)
      ? conditions.find((condition) => field(condition, 'type') === type && field(condition, 'status') === 'True')
      : undefined;
  const finished = holds('Finished');
  return {
    name,
    version,
    sandbox: holds('Ready') !== undefined && typeof sandbox === 'string' ? sandbox : undefined,
    ended: finished === undefined ? undefined : String(field(finished, 'reason')),
  };
}

/** The pod of a sandbox has its name, unless it was taken over from a pool. */
export function podOf(sandbox: unknown): string | undefined {
  const metadata = field(sandbox, 'metadata');
  const name = field(field(metadata, 'annotations'), podAnnotation) ?? field(metadata, 'name');
  return typeof name === 'string' ? name : undefined;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}
