/**
 * A folder that the platform's processes see under another path than people do: started as root, they work in a mount
 * namespace in which code and state lie below a stage.
 */
export interface StagedFolder {
  readonly staged: string;
  /** The path that people know. */
  readonly host: string;
}

/** Names the files of a sentence by the paths that people know. */
export function withHostPaths(sentence: string, folders: readonly StagedFolder[]): string {
  return folders
    .filter(({ staged, host }) => staged !== host)
    .reduce((text, { staged, host }) => {
      const whole = new RegExp(`(?<![\\w/.-])${escaped(staged)}(?![\\w.-])`, 'g');
      return text.replaceAll(whole, () => host);
    }, sentence);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
