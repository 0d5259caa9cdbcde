import { z } from 'zod';

const maximumPathLength = 4_096;

/** An absolute path without `..`: a tree, not a glob. */
const folder = z
  .string()
  .max(maximumPathLength)
  .refine((path) => path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0'), {
    message: 'write an absolute path without ".."',
  });

/** What a sandbox sees of the machine's files. */
export const filesystemPolicySchema = z
  .strictObject({
    /** Default false when the section is there, true when it is not; OpenShell has it so. */
    include_workdir: z.boolean().optional(),
    read_only: z.array(folder).optional(),
    read_write: z
      .array(folder.refine((path) => /[^/.]/.test(path), { message: 'the whole machine is never writable' }))
      .optional(),
  })
  .refine(({ read_only = [], read_write = [] }) => read_only.length + read_write.length <= 256, {
    message: 'at most 256 paths',
  });

export const landlockSchema = z.strictObject({
  /** `best_effort` loads as `hard_requirement`: what the rules need, the kernel must have. */
  compatibility: z.enum(['hard_requirement', 'best_effort']).optional(),
});

const identity = z
  .string()
  .refine((name) => name === 'sandbox' || (/^[1-9]\d{0,9}$/.test(name) && Number(name) < 2 ** 32 - 1), {
    message: 'write `sandbox`, or a number from 1 to 4294967294 in quotes',
  });

/** The sandbox always runs as a user of its own; a number asks for no more than that. */
export const processSchema = z.strictObject({
  run_as_user: identity.optional(),
  run_as_group: identity.optional(),
});
