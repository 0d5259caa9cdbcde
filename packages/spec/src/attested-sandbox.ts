import { z } from 'zod';
import { id } from './ids.ts';

/** What a sandbox beside that of a run's tools is for: an agent that is split thinks there, a browser or an MCP server runs there, or what an agent remembers is put into its state. */
export const sideRoleSchema = z.enum(['mind', 'browser', 'mcp', 'memory']);
export type SideRole = z.infer<typeof sideRoleSchema>;

/** A sandbox that runs now. A number that the machine does not count is null. */
export const liveSandboxSchema = z.object({
  run: id('run'),
  sandbox: id('sandbox'),
  agent: z.string(),
  /** Null for that of the run's tools. */
  beside: sideRoleSchema.nullable(),
  state: z.enum(['starting', 'running', 'freezing', 'frozen', 'ending']),
  memoryBytes: z.number().int().nullable(),
  processes: z.number().int().nullable(),
});
export type LiveSandbox = z.infer<typeof liveSandboxSchema>;

/** What held for a sandbox when it started, as the ledger has it. */
export const attestedSandboxSchema = z.object({
  run: id('run'),
  sandbox: id('sandbox'),
  started: z.string(),
  /** Null while it runs. */
  ended: z.object({ time: z.string(), reason: z.string() }).nullable(),
  /** Measured by the launcher. */
  attestation: z.record(z.string(), z.unknown()),
  /** Ed25519 over the canonical JSON (RFC 8785) of run, sandbox and attestation, base64; null: from before there was one. */
  signature: z.string().nullable(),
  /** That of the supervisor that started it, told when it registered: SPKI, DER, base64. */
  publicKey: z.string().nullable(),
});
export type AttestedSandbox = z.infer<typeof attestedSandboxSchema>;
