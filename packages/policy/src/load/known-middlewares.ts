import { type MiddlewareContent, middlewareContents } from '@clawhold/spec';
import { z } from 'zod';

const configs = {
  /** OpenShell's: what begins like a key of OpenAI, and here every credential of a known format besides. */
  'openshell/regex': z
    .strictObject({ mode: z.literal('redact') })
    .transform((): readonly MiddlewareContent[] => ['sk_keys', 'credentials']),
  'clawhold/redact': z
    .strictObject({ kinds: z.array(z.enum(middlewareContents)).min(1) })
    .transform(({ kinds }): readonly MiddlewareContent[] => kinds),
} as const;

export type ReadMiddleware =
  | { readonly kind: 'ok'; readonly takesOut: readonly MiddlewareContent[] }
  | { readonly kind: 'unknown'; readonly message: string; readonly at: 'middleware' | 'config' };

/** What one of the middlewares that this version has takes out of bodies. */
export function readMiddleware(name: string, config: unknown): ReadMiddleware {
  const schema = name === 'openshell/regex' || name === 'clawhold/redact' ? configs[name] : undefined;
  if (schema === undefined) {
    const known = Object.keys(configs).map((one) => `\`${one}\``);
    const message = `There is no middleware "${name}"; this version has ${known.join(' and ')}.`;
    return { kind: 'unknown', message, at: 'middleware' };
  }
  const read = schema.safeParse(config ?? {});
  if (read.success) return { kind: 'ok', takesOut: read.data };
  const wanted =
    name === 'openshell/regex'
      ? '`{ mode: redact }`'
      : `\`{ kinds: [${middlewareContents.join(', ')}] }\` or some of them`;
  return { kind: 'unknown', message: `The \`config\` of ${name} is ${wanted}.`, at: 'config' };
}
