/** The folder to show read-only where a mind looks for its remote shell. */
export const remoteShell: string = `${import.meta.dirname}/../sandbox`;
