import { type LeftOut, type OpenFolder, readTree, type TreeFile, within } from './read-tree.ts';

/** Instructions, and perhaps scripts, that an agent would follow: nothing of it counts before a person releases it. */
export interface FoundSkill {
  /** Its folder here, and how a person names it. */
  readonly id: string;
  /** Where it was. */
  readonly from: string;
  /** With paths from its folder on. */
  readonly files: readonly TreeFile[];
}

const bounds = { entries: 20_000, bytes: 64 * 2 ** 20, fileBytes: 2 ** 20 } as const;
/** As OpenClaw itself bounds a skill that it manages. */
const mostFiles = 256;
/** More are no collection that a person can release one by one. */
const mostSkills = 500;

/**
 * Finds the skills of an OpenClaw below these folders, the first folder first: as there, the first of a name wins.
 *
 * @param roots from the folder on.
 */
export async function findSkills(
  folder: OpenFolder,
  roots: readonly string[],
  leave: (left: LeftOut) => void,
): Promise<readonly FoundSkill[]> {
  const found = new Map<string, FoundSkill>();
  for (const root of roots) {
    for (const skill of skillsIn(root, await filesBelow(folder, root, leave), leave)) {
      if (skill.files.length > mostFiles) leave({ path: skill.from, why: `it has more than ${mostFiles} files` });
      else if (found.has(skill.id)) leave({ path: skill.from, why: `there is another skill "${skill.id}" before it` });
      else found.set(skill.id, skill);
    }
  }
  return [...found.values()];
}

async function filesBelow(
  folder: OpenFolder,
  root: string,
  leave: (left: LeftOut) => void,
): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = [];
  await within(folder, root.split('/'), (inside) =>
    readTree(inside, {
      bounds,
      skip: (path, isFolder) =>
        isFolder && /(^|\/)(\.git|node_modules)$/.test(path) ? 'it is no part of a skill' : undefined,
      take: (file) => void files.push(file),
      leave: ({ path, why }) => leave({ path: `${root}/${path}`, why }),
    }),
  );
  return files;
}

function skillsIn(root: string, files: readonly TreeFile[], leave: (left: LeftOut) => void): readonly FoundSkill[] {
  const folders = files
    .flatMap(({ path }) => (path.endsWith('/SKILL.md') ? [path.slice(0, -'/SKILL.md'.length)] : []))
    .toSorted((a, b) => a.length - b.length)
    .slice(0, mostSkills)
    // A skill ends the search below it, as in OpenClaw.
    .filter((one, index, all) => !all.slice(0, index).some((above) => one.startsWith(`${above}/`)));
  return folders.flatMap((folder) => {
    const id = (folder.split('/').at(-1) ?? '').toLowerCase();
    if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(id)) {
      leave({ path: `${root}/${folder}`, why: 'a skill is named with letters, digits, hyphens and underscores' });
      return [];
    }
    const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
    return [
      {
        id,
        from: `${root}/${folder}`,
        files: own.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) })),
      },
    ];
  });
}
