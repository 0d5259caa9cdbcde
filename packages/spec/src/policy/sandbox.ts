import { z } from 'zod';
import { systemCallProfiles } from '../system-calls.ts';

const maximumPathLength = 4_096;

/** An absolute path without `..`: a tree, not a glob. A line break in one would write lines of its own wherever it is shown. */
const folder = z
  .string()
  .max(maximumPathLength)
  .refine((path) => path.startsWith('/') && !path.split('/').includes('..'), {
    message: 'write an absolute path without ".."',
  })
  .refine((path) => path.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(path), {
    message: 'a path with control characters is never shown to a sandbox',
  });

/** What a sandbox sees of the machine's files. */
export const filesystemPolicySchema = z
  .strictObject({
    /** Default false when the section is there, true when it is not; OpenShell has it so. */
    include_workdir: z.boolean().optional(),
    read_only: z.array(folder).optional(),
    read_write: z.array(folder).optional(),
  })
  .refine(({ read_only = [], read_write = [] }) => read_only.length + read_write.length <= 256, {
    message: 'at most 256 paths',
  });

/** The last components of a path: names with `*` (not across `/`) and `?`, of which the last one is not only a `*`. */
const ending = z
  .string()
  .max(200)
  .regex(/^[^/!*[\]{}\\\p{Cc}][^[\]{}\\\p{Cc}]*$|^\*[^/*[\]{}\\\p{Cc}]+$/u, {
    message: 'write a name, or the last components of a path, with `*` and `?`',
  })
  .refine((glob) => !/\*\*|\/\/|(^|\/)\.{0,2}$|(^|\/)\.\.?\/|\/\*$/.test(glob), {
    message: 'write a name, or the last components of a path, as `config/*.key`',
  });

/** Secrets of the task folder, which no sandbox sees, are named by a table; this adds to it and takes from it. */
export const taskSecretsSchema = z.strictObject({
  hide: z.array(ending).max(100).optional(),
  /** A layer picks from what the one above it offers. */
  show: z.array(ending).max(100).optional(),
});

export const landlockSchema = z.strictObject({
  /** Default `hard_requirement`. `best_effort` counts where the ceiling says it too: what cannot be had is left out and said. */
  compatibility: z.enum(['hard_requirement', 'best_effort']).optional(),
});

const identity = z
  .string()
  .refine((name) => name === 'sandbox' || (/^[1-9]\d{0,9}$/.test(name) && Number(name) < 2 ** 32 - 1), {
    message: 'no program of a sandbox is root or an account of the machine; write `sandbox`',
  });

/** Programs of a sandbox are always its own user, `sandbox`, with the number 1000 inside and no account outside. */
export const processSchema = z.strictObject({
  run_as_user: identity.optional(),
  run_as_group: identity.optional(),
  /** Sets of system calls beside the base; a layer picks from what the one above it offers. Default: none. */
  system_calls: z.array(z.enum(systemCallProfiles)).optional(),
});
