import { isWithin, type PolicyDocument } from '@clawhold/spec';
import type { Finding } from '../load/problem.ts';
import { filePlace } from './place.ts';

/** Paths that no sandbox ever sees, and those that must be meant otherwise. */
export function fileFindings({ filesystem_policy: files }: PolicyDocument): readonly Finding[] {
  if (files === undefined) return [];
  return (['read_only', 'read_write'] as const).flatMap((key) =>
    (files[key] ?? []).flatMap((path, at) => {
      const message = complaintAbout(path, key);
      return message === undefined ? [] : [{ path: ['filesystem_policy', key, at], message }];
    }),
  );
}

/** Why an absolute path cannot stand in a list; undefined when it can. */
export function complaintAbout(path: string, key: 'read_only' | 'read_write'): string | undefined {
  if (/[*?[\]{}]/.test(path)) return `"${path}" is taken as it stands and not as a pattern; name the folder itself.`;
  const place = filePlace(path);
  if (place.kind === 'never') return `No sandbox sees "${path}". ${place.why}`;
  const isOfSystem =
    place.kind === 'machine' && place.paths.some((one) => isWithin(one, '/usr') || isWithin(one, '/etc'));
  // In a copy neither: whoever could put a program there would be whom `binaries` names.
  if (key === 'read_write' && isOfSystem)
    return `"${path}" is of the system, and rules name its programs by their paths; it is for reading.`;
  return undefined;
}
