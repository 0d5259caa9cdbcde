import {
  type FileAccess,
  ordinaryFiles,
  type PolicyDocument,
  type RuleReference,
  type SandboxFiles,
  scratchFolders,
  systemFolders,
} from '@clawhold/spec';
import { type LayerName, type Layers, layerNames } from '../load/layer.ts';
import { type AccessEntry, type AccessList, accessAt, accessList, isMore, meet } from './access-list.ts';
import { filePlace } from './place.ts';

const taskFolder = '/task';

/** A path that a policy names and that a layer above it does not offer, or offers for reading only. */
export interface NotOffered extends AccessEntry {
  readonly rule: RuleReference;
  readonly by: LayerName;
}

/** What the sandboxes of an agent see of files, and what they would see if the layers above offered it. */
export interface CompiledFiles {
  readonly sandbox: SandboxFiles;
  /** The same as one list, the task folder and the scratch folders among it. */
  readonly list: AccessList;
  readonly notOffered: readonly NotOffered[];
}

type Section = NonNullable<PolicyDocument['filesystem_policy']>;

interface NamedEntry extends AccessEntry {
  readonly rule: RuleReference;
}

/** What a sandbox sees by default, and what a ceiling without the section offers. */
const offeredByDefault: AccessList = accessList([
  ...systemFolders.map((path) => ({ path, access: 'read' as const })),
  ...[taskFolder, ...scratchFolders].map((path) => ({ path, access: 'write' as const })),
]);

/**
 * The static sections of all layers as one. The ceiling offers; a layer below it picks from what the one above offers, and
 * without the section takes what a sandbox sees by default of that.
 */
export function compileFiles(layers: Layers): CompiledFiles {
  const ceiling = entriesOf('ceiling', layers.ceiling.filesystem_policy);
  let offer = { by: 'ceiling' as LayerName, list: ceiling === undefined ? offeredByDefault : accessList(ceiling) };
  let picked = false;
  const notOffered: NotOffered[] = [];
  for (const name of layerNames.slice(1)) {
    const asked = entriesOf(name, layers[name]?.filesystem_policy);
    if (asked === undefined) continue;
    picked = true;
    const { by, list } = offer;
    notOffered.push(
      ...asked.filter(({ path, access }) => isMore(accessAt(list, path), access)).map((entry) => ({ ...entry, by })),
    );
    offer = { by: name, list: meet(list, accessList(asked)) };
  }
  const strict = isStrict(layers);
  if (ceiling === undefined && !picked)
    return { sandbox: { ...ordinaryFiles, strict }, list: offeredByDefault, notOffered };
  const list = picked ? offer.list : meet(offer.list, offeredByDefault);
  return { sandbox: filesOf(list, strict), list, notOffered };
}

function filesOf(list: AccessList, strict: boolean): SandboxFiles {
  const own: readonly string[] = [taskFolder, ...scratchFolders];
  return {
    view: 'listed',
    task: accessAt(list, taskFolder),
    scratch: scratchFolders.filter((folder) => accessAt(list, folder) === 'write'),
    paths: list.filter(({ path }) => !own.includes(path)),
    strict,
  };
}

/** Only where the ceiling says so, and nobody below it says otherwise. */
function isStrict(layers: Layers): boolean {
  const [ceiling, ...below] = layerNames.map((name) => layers[name]?.landlock?.compatibility);
  return ceiling !== 'best_effort' || !below.includes('best_effort') || below.includes('hard_requirement');
}

function entriesOf(layer: LayerName, section: Section | undefined): readonly NamedEntry[] | undefined {
  if (section === undefined) return undefined;
  const rule = (path: string): RuleReference => ({ layer, path: `filesystem_policy.${path}` });
  const listed = (paths: readonly string[] | undefined, access: FileAccess, key: string): readonly NamedEntry[] =>
    (paths ?? []).flatMap((path, at) =>
      pathsOf(path).map((one) => ({ path: one, access, rule: rule(`${key}[${at}]`) })),
    );
  return [
    ...(section.include_workdir === true
      ? [{ path: taskFolder, access: 'write' as const, rule: rule('include_workdir') }]
      : []),
    ...listed(section.read_only, 'read', 'read_only'),
    ...listed(section.read_write, 'write', 'read_write'),
  ];
}

/** What is the sandbox's own stays where it is, named or not. */
function pathsOf(written: string): readonly string[] {
  const place = filePlace(written);
  switch (place.kind) {
    case 'machine':
      return place.paths;
    case 'task':
      return [taskFolder];
    case 'scratch':
      return [place.folder];
    case 'own':
    case 'never':
      return [];
  }
}
