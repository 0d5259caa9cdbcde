import { readStrictYaml } from '@clawhold/documents';
import {
  type Confidentiality,
  type Decision,
  type Effect,
  effects,
  type Integrity,
  labelSchema,
  type ProviderFeature,
  providerFeatures,
  type Reason,
  type RequestMessage,
  reasonSchema,
  requestMessageSchema,
} from '@clawhold/spec';
import { z } from 'zod';

/** A `*.policy-test.yaml` file: questions, and the decisions that a policy must give. */
export interface PolicyTest {
  readonly tests: readonly PolicyTestCase[];
}

/** One question (exactly one of `request`, `connect`, `tool` and `model`) and what must be said to it. */
export interface PolicyTestCase {
  readonly name: string;
  /** A request, as a program would send it; with `message`, what an inspector read from it. */
  readonly request?:
    | { readonly method: string; readonly url: string; readonly message?: RequestMessage | undefined }
    | undefined;
  /** A tunnel, as `host:port`. */
  readonly connect?: string | undefined;
  readonly tool?:
    | {
        readonly name: string;
        /** Default `read`. */
        readonly effect?: Effect | undefined;
        readonly arguments?: Record<string, unknown> | undefined;
        /** What a command would run, program by program. */
        readonly command?: string[] | undefined;
      }
    | undefined;
  /** A request to a model, as `provider/model`. */
  readonly model?:
    | {
        readonly name: string;
        /** Default `remote`. */
        readonly locality?: 'local' | 'remote' | undefined;
        readonly features?: ProviderFeature[] | undefined;
        /** Default 0. */
        readonly tokens?: number | undefined;
      }
    | undefined;
  /** The label of what leaves. Default: local and internal. */
  readonly data?:
    | { readonly integrity?: Integrity | undefined; readonly confidentiality?: Confidentiality | undefined }
    | undefined;
  /** The executable that asks, and its ancestors. */
  readonly executable?: string | undefined;
  readonly ancestors?: string[] | undefined;
  readonly expect: Decision['kind'];
  /** Why, when that matters: the code of the first reason. */
  readonly code?: Reason['code'] | undefined;
}

const data = labelSchema.pick({ integrity: true, confidentiality: true }).partial().strict();

const testCase = z
  .strictObject({
    name: z.string().min(1),
    request: z
      .strictObject({ method: z.string(), url: z.string(), message: requestMessageSchema.optional() })
      .optional(),
    connect: z.string().optional(),
    tool: z
      .strictObject({
        name: z.string(),
        effect: z.enum(effects).optional(),
        arguments: z.record(z.string(), z.unknown()).optional(),
        command: z.array(z.string()).optional(),
      })
      .optional(),
    model: z
      .strictObject({
        name: z.string().regex(/^[^/]+\/.+$/),
        locality: z.enum(['local', 'remote']).optional(),
        features: z.array(z.enum(providerFeatures)).optional(),
        tokens: z.number().int().nonnegative().optional(),
      })
      .optional(),
    data: data.optional(),
    executable: z.string().optional(),
    ancestors: z.array(z.string()).optional(),
    expect: z.enum(['allow', 'ask', 'deny']),
    code: reasonSchema.shape.code.optional(),
  })
  .refine(
    ({ request, connect, tool, model }) =>
      [request, connect, tool, model].filter((one) => one !== undefined).length === 1,
    { message: 'a test asks one thing: `request`, `connect`, `tool` or `model`' },
  );

const policyTestSchema: z.ZodType<PolicyTest> = z.strictObject({ tests: z.array(testCase).min(1) });

/**
 * Reads a policy test.
 *
 * @throws ClawholdError `policy_test_invalid` with file, line and the nearest key.
 */
export function loadPolicyTest(source: string, file: string): PolicyTest {
  return readStrictYaml(source, file, policyTestSchema, {
    code: 'policy_test_invalid',
    afterwards: 'run the test again',
  });
}
