import { isWithin, type PolicyDocument } from '@clawhold/spec';
import { filePlace } from '../files/place.ts';
import type { WarningFinding } from './warning.ts';

/** Programs that rules name where the agent itself may put one: such a rule is open to whatever the agent writes. */
export function writableWarnings(document: PolicyDocument): readonly WarningFinding[] {
  const folders = writableFolders(document);
  return Object.entries(document.network_policies ?? {}).flatMap(([name, { binaries = [] }]) =>
    binaries.flatMap(({ path }, at) => {
      const folder = folders.find((one) => isWithin(path, one));
      if (folder === undefined) return [];
      return [
        {
          kind: 'over_broad' as const,
          path: ['network_policies', name, 'binaries', at],
          message: `An agent may write to ${folder}, so this is whatever program it puts there.`,
          fix: 'Name a program in a folder that is read-only.',
        },
      ];
    }),
  );
}

function writableFolders({ filesystem_policy: files }: PolicyDocument): readonly string[] {
  if (files === undefined) return ['/task', '/tmp', '/dev/shm'];
  const listed = (files.read_write ?? []).flatMap((path) => {
    const place = filePlace(path);
    if (place.kind === 'scratch') return [place.folder];
    if (place.kind === 'task') return ['/task'];
    return place.kind === 'machine' ? place.paths : [];
  });
  return files.include_workdir === true ? ['/task', ...listed] : listed;
}
