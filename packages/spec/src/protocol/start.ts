import { z } from 'zod';

/**
 * What the service manager hands to each process at spawn: one JSON document on descriptor 3, then end of file. Nothing
 * of it is ever in an argument, in the environment or in a file that another account can read.
 */
const channelServer = z.object({
  socket: z.string(),
  /** Peer name → 32-byte key, base64. */
  peers: z.record(z.string(), z.string()),
});
const channelClient = z.object({ socket: z.string(), key: z.string() });

export const apiStartSchema = z.object({
  version: z.string(),
  /** The process's own folder: keys, tree heads, tokens. */
  folder: z.string(),
  /** Where operators keep `ceiling.yaml` and `agents/*.yaml`. */
  configuration: z.string(),
  database: z.string(),
  ownerDatabase: z.string(),
  channel: channelServer,
  supervisor: channelClient,
  worker: channelClient,
  http: z.object({ host: z.string(), port: z.number().int() }),
  console: z.string(),
  /** The state of the installation, by its path on the host: no task folder may hold it or lie in it. */
  home: z.string(),
  /** Folders below `home` that are people's, so that they may be task folders. */
  homeTasks: z.array(z.string()),
  /** SHA-256 of the operator's token; the token itself stays in its file. */
  tokenDigest: z.string(),
  tier: z.string(),
});
export type ApiStart = z.infer<typeof apiStartSchema>;

export const workerStartSchema = z.object({
  version: z.string(),
  folder: z.string(),
  /** The DBOS system database, with the worker's own role. */
  database: z.string(),
  channel: channelServer,
  api: channelClient,
  supervisor: channelClient,
});
export type WorkerStart = z.infer<typeof workerStartSchema>;

export const supervisorStartSchema = z.object({
  version: z.string(),
  folder: z.string(),
  /** Folder in which relative `services:` sockets lie. */
  services: z.string(),
  configuration: z.string(),
  /** Folder of the installations of third-party agents, which sandboxes of theirs see read-only. */
  installed: z.string(),
  channel: channelServer,
  api: channelClient,
  /** Path of the Node 24 binary that sandboxes get, and of the read-only files for them. */
  node: z.string(),
  /** Folders with scenarios of the rehearsal model, beside those of the product and of the configuration. */
  scenarios: z.array(z.string()),
  /** Provider keys from the person's environment, by variable name. */
  providerKeys: z.record(z.string(), z.string()),
  /** The company's proxy: an http or https address with its user and password, and the authorities that vouch for it (PEM). */
  companyProxy: z.object({ url: z.string(), authorities: z.string().optional() }).optional(),
  /** Seals credentials, base64. Absent: the supervisor keeps a key in a file. */
  credentialKey: z.string().optional(),
  /** TCP ports of the platform itself: refused as services. */
  ownPorts: z.array(z.number().int()),
  /** Unix sockets that a sandbox's self-test must fail to reach. */
  forbiddenSockets: z.array(z.string()),
  /** Folders of the platform, by every path that they have: no policy shows them, what lies in them, or a folder that they lie in. */
  forbiddenFolders: z.array(z.string()),
  /** First host id of the range for sandboxes when started as root; null: tier `same-user`. */
  firstSandboxId: z.number().int().nullable(),
});
export type SupervisorStart = z.infer<typeof supervisorStartSchema>;

/** One line on a child's stdout tells the manager that it is ready, or why it is not. */
export const readinessSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), detail: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);
export type Readiness = z.infer<typeof readinessSchema>;
