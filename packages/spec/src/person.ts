import { z } from 'zod';

/** Whoever holds the installation's own token. The only person who may do more than answer questions. */
export const operatorName = 'operator';

/** A person with a token of their own. One spelling only, so that nobody is two people. */
export const personNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*([._-][a-z0-9]+)*$/, 'a name has small letters and digits, with ".", "_" or "-" between them')
  .max(64)
  .refine((name) => name !== operatorName, {
    message: `"${operatorName}" is whoever holds the token of the installation`,
  });
