import { skillsFolder } from '../mind.ts';

/** What OpenClaw takes for its workspace on the remote machine; below it is what the tools of the run know as the task folder. */
const workspace = /^\/task\/openclaw-ssh-workspace-[0-9a-f]+\/workspace(?:\/|$)/;

/** The part of the path that OpenClaw made up; '' when it is not in its workspace. */
export function workspaceOf(path: string): string {
  return workspace.exec(path)?.[0].replace(/\/$/, '') ?? '';
}

/** The path from the task folder on, `.` for that itself; undefined when it is elsewhere. */
export function taskPathOf(path: string): string | undefined {
  const [found] = workspace.exec(path) ?? [];
  if (found === undefined) return undefined;
  const rest = path.slice(found.length);
  return rest === '' ? '.' : rest;
}

/** Files that are the agent and not its task: who it is, and what it remembers. They are in its state. */
const own = /^(?:(?:SOUL|IDENTITY|USER|MEMORY|HEARTBEAT|BOOTSTRAP)\.md|memory(?:\/\d{4}-\d\d-\d\d[\w.-]*\.md)?)$/;

export function isAgentsOwn(path: string): boolean {
  return own.test(path);
}

/** Where OpenClaw says that released skills are, and where they are. */
const skillsSaid = '.openclaw/sandbox-skills/skills';
/** No name on the way leads elsewhere. */
const skill = /^\.openclaw\/sandbox-skills\/skills(?:\/(?!\.{1,2}(?:\/|$))[^/]+)*$/;

/** The file of a skill as the platform shows it; undefined for another path. */
export function skillFileOf(path: string): string | undefined {
  return skill.test(path) ? skillsFolder + path.slice(skillsSaid.length) : undefined;
}

/** The other way round, for a real path. */
export function withSkillsSaid(real: string, said: string): string {
  const isThere = real === skillsFolder || real.startsWith(`${skillsFolder}/`);
  return isThere ? `${said}/${skillsSaid}${real.slice(skillsFolder.length)}` : real;
}

/** Words of a model that name the workspace, in the words of the task folder; its skills are where the platform shows them. */
export function withoutWorkspace(text: string): string {
  return text
    .replaceAll(/\/task\/openclaw-ssh-workspace-[0-9a-f]+\/workspace/g, '/task')
    .replaceAll(/(?:\/task\/)?\.openclaw\/sandbox-skills\/skills(?=\/)/g, skillsFolder);
}
