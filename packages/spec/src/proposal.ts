import { z } from 'zod';
import { digestSchema } from './decision.ts';
import { id } from './ids.ts';
import { networkPolicySchema } from './policy/endpoint.ts';

/** `denied`: from what was refused. `learned`: from what was let through to learn. `asked`: an agent asked for it. */
export const proposalKinds = ['denied', 'learned', 'asked'] as const;
export type ProposalKind = (typeof proposalKinds)[number];

/**
 * `open` → `accepted` → `revoked` or `expired`, or `dismissed`, or `expired`: nobody answered, or something wider took
 * its place.
 */
export const proposalStates = ['open', 'accepted', 'dismissed', 'expired', 'revoked'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** Something that a rule would open, by its shortest example. */
export const openingSchema = z.object({
  what: z.string(),
  before: z.string(),
  after: z.string(),
  /** How many kinds of requests it stands for. */
  alike: z.number().int(),
});
export type Opening = z.infer<typeof openingSchema>;

/** A rule for a person to decide about. */
export const proposalSchema = z.object({
  id: id('proposal'),
  kind: z.enum(proposalKinds),
  state: z.enum(proposalStates),
  agent: z.string(),
  /** What accepting it lets pass. */
  policy: networkPolicySchema,
  /** SHA-256 of agent and policy. Whoever accepts names it. */
  digest: digestSchema,
  /** What was tried, or asked for, and would be let through or asked about. */
  tried: z.array(z.string()),
  /** How often it was tried. */
  count: z.number().int(),
  /** The latest runs that tried it. */
  runs: z.array(id('run')),
  /** Everything that it opens, by example. */
  opens: z.array(openingSchema),
  /** What these examples may not cover, a sentence each. */
  limits: z.array(z.string()),
  /** The agent's own words. Hostile text. */
  why: z.string().nullable(),
  made: z.iso.datetime(),
  /** When it was tried last. */
  latest: z.iso.datetime(),
  /** Without an answer it ends then. */
  expires: z.iso.datetime(),
  decided: z.iso.datetime().nullable(),
  /** A person, or `prover` when it was accepted by itself. */
  decidedBy: z.string().nullable(),
  grant: z
    .object({
      /** Null: every run of the agent. */
      run: id('run').nullable(),
      expires: z.iso.datetime(),
      uses: z.number().int(),
      used: z.number().int(),
    })
    .nullable(),
  /** SHA-256 of the proof, when it was accepted by itself. */
  proof: digestSchema.nullable(),
});
export type Proposal = z.infer<typeof proposalSchema>;
