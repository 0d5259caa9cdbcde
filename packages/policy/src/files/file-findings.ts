import type { PolicyDocument } from '@clawhold/spec';
import type { Finding } from '../load/problem.ts';
import { filePlace } from './place.ts';

/** Paths that no sandbox ever sees, and those that must be meant otherwise. */
export function fileFindings({ filesystem_policy: files }: PolicyDocument): readonly Finding[] {
  if (files === undefined) return [];
  return (['read_only', 'read_write'] as const).flatMap((key) =>
    (files[key] ?? []).flatMap((path, at) => {
      const message = complaintAbout(path);
      return message === undefined ? [] : [{ path: ['filesystem_policy', key, at], message }];
    }),
  );
}

/** Why an absolute path cannot stand in a list; undefined when it can. */
export function complaintAbout(path: string): string | undefined {
  if (/[*?[\]{}]/.test(path)) return `"${path}" is taken as it stands and not as a pattern; name the folder itself.`;
  const place = filePlace(path);
  return place.kind === 'never' ? `No sandbox sees "${path}". ${place.why}` : undefined;
}
