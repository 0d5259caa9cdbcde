import { isWithin, systemFolders } from '@clawhold/spec';
import { complaintAbout } from '../files/file-findings.ts';
import { filePlace } from '../files/place.ts';
import { type Conversion, textsOf, treeOf } from './conversion.ts';

/** Where their images keep the folder that an agent works in. */
const theirWorkFolder = '/sandbox';

/** Their `filesystem_policy`: paths of an image there, of the machine here. */
export function convertFiles(conversion: Conversion, value: unknown): unknown {
  const section = treeOf(value);
  // Of another shape than theirs: our loader says what is wrong with it.
  if (section === undefined) return value;
  let showsTask = section['include_workdir'] ?? false;
  const kept = (key: 'read_only' | 'read_write'): readonly string[] =>
    textsOf(section[key]).flatMap((path, at) => {
      const place = ['filesystem_policy', key, at];
      if (isWithin(path.replace(/(?<=.)\/+$/, ''), theirWorkFolder)) {
        if (key === 'read_write' && path.split('/').filter(Boolean).length === 1) showsTask = true;
        conversion.changed(
          place,
          `\`${path}\` lies in the working folder there; here that is the task folder, shown as a whole at /task.`,
        );
        return [];
      }
      const complaint = path.startsWith('/') ? complaintAbout(path, key) : undefined;
      if (complaint !== undefined) {
        conversion.left(place, complaint);
        return [];
      }
      if (path.startsWith('/') && !isOfSystem(path))
        conversion.changed(place, `\`${path}\` is the one of this machine, and is shown when the ceiling offers it.`);
      return [path];
    });
  const lists = { read_only: kept('read_only'), read_write: kept('read_write') };
  return { ...section, ...lists, include_workdir: showsTask };
}

/** Every ceiling that does not say otherwise offers it. */
function isOfSystem(path: string): boolean {
  const place = filePlace(path);
  return place.kind !== 'machine' || place.paths.every((one) => systemFolders.some((folder) => isWithin(one, folder)));
}
