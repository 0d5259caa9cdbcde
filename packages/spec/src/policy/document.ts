import { z } from 'zod';
import { networkPolicySchema } from './endpoint.ts';
import { flowRuleSchema } from './flow-rule.ts';
import { inferenceSchema } from './inference.ts';
import { labelsSchema } from './labels.ts';
import { filled } from './list.ts';
import { middlewaresSchema } from './middleware.ts';
import { proposalSettingsSchema } from './proposal-settings.ts';
import { filesystemPolicySchema, landlockSchema, processSchema, taskSecretsSchema } from './sandbox.ts';
import { serviceSchema } from './service.ts';
import { toolRuleSchema } from './tool-rule.ts';
import { duration, money, quantity } from './units.ts';

/**
 * The policy language (policy.md). A document for OpenShell's schema `version: 1` is one of ours. The schema holds the
 * whole language; what an installation cannot enforce yet it refuses by name when it loads a document.
 */
export const policyDocumentSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().optional(),
  description: z.string().optional(),
  /** Documents of the operator's store (`team/base`) and shipped presets (`preset:npm`, `preset:jira/acme`); resolved once, when published. */
  extends: filled(z.string()).optional(),
  /** `learn`: what no rule allows is let through and proposed as a rule, until `learn.expires`. Default `enforce`. */
  mode: z.enum(['enforce', 'learn']).optional(),
  learn: z.strictObject({ operator: z.string().min(1), expires: z.iso.datetime() }).optional(),
  filesystem_policy: filesystemPolicySchema.optional(),
  landlock: landlockSchema.optional(),
  process: processSchema.optional(),
  task_secrets: taskSecretsSchema.optional(),
  network_policies: z.record(z.string(), networkPolicySchema).optional(),
  network_middlewares: middlewaresSchema.optional(),
  tools: filled(toolRuleSchema).optional(),
  flows: filled(flowRuleSchema).optional(),
  inference: inferenceSchema.optional(),
  budgets: z
    .strictObject({
      /** For example `200k/run`, `2M/day`. */
      tokens: quantity.optional(),
      /** What models may cost, at the prices of the ceiling, as `5 USD/run`. */
      cost: money.optional(),
      /** Wall-clock time of a run. */
      wall: duration.optional(),
      /** Bytes that leave: heads and bodies of requests, and what a tunnel carries out, as `50MiB/run`. */
      egress: quantity.optional(),
    })
    .optional(),
  approvals: z.strictObject({ expire: duration.optional(), default: z.literal('deny').optional() }).optional(),
  /** Who could have written data, and who may see it. Everything in the task folder is `local` and `internal` without. */
  labels: labelsSchema.optional(),
  /** What becomes of rules that agents ask for. Only a ceiling may hold it. */
  proposals: proposalSettingsSchema.optional(),
  services: z.record(z.string(), serviceSchema).optional(),
});

/** A validated policy document, as written. Units are parsed; globs are compiled later, in `packages/policy`. */
export type PolicyDocument = z.output<typeof policyDocumentSchema>;

/** A preset file of NemoClaw: a head instead of a version, and network policies only. */
export const presetFileSchema = z.strictObject({
  preset: z.strictObject({
    name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'a preset has a name of small letters, digits and "-"'),
    description: z.string().optional(),
  }),
  network_policies: z.record(z.string(), networkPolicySchema),
});
