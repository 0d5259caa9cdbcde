import { z } from 'zod';

/** More is no command that a person wrote. */
const mostArguments = 1_000;

/** Program and arguments, as a person or a manifest names them. */
export const programArgumentsSchema: z.ZodArray<z.ZodString> = z
  .array(z.string().refine((argument) => !argument.includes('\0'), 'no argument of a program holds a zero byte'))
  .min(1)
  .max(mostArguments);
