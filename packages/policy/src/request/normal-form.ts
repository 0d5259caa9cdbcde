import type { EgressQuestion } from '@clawhold/spec';
import { isPlainPath } from '../glob/text-reading.ts';
import { normalisePath } from './path.ts';

const token = /^[A-Z][A-Z0-9-]*$/;

/** Says what is not normal about a request; a caller that forgot to normalise fails closed. */
export function abnormal(operation: NonNullable<EgressQuestion['operation']>): string | undefined {
  const { method, path } = operation;
  if (method !== 'GET' && method !== 'POST' && !token.test(method))
    return 'The method is not the name of an HTTP method in capital letters.';
  if (isPlainPath(path)) return undefined;
  // Whether an encoded slash may stand there is up to the endpoint that is found for the path.
  const normal = normalisePath(path, { encodedSlash: true });
  if (normal.kind === 'refused') return normal.reason;
  return normal.path === path ? undefined : 'The path is not in its normal form.';
}
