import type { AddCommand } from './command.ts';

/** A file of commands, and what it adds to the program. */
export interface CommandFile {
  readonly names: readonly string[];
  readonly load: () => Promise<AddCommand>;
}

/**
 * Every command in the order of the help, each file loaded when it is wanted: the start of Clawhold waits for its command
 * to load, and what `policy` needs is as much as everything else together.
 */
export const catalogue: readonly CommandFile[] = [
  { names: ['up', 'start', 'tour', 'down'], load: async () => (await import('./up.ts')).addUp },
  { names: ['status'], load: async () => (await import('./status.ts')).addStatus },
  { names: ['doctor'], load: async () => (await import('./doctor.ts')).addDoctor },
  { names: ['run'], load: async () => (await import('./run.ts')).addRun },
  { names: ['chat'], load: async () => (await import('./chat.ts')).addChat },
  { names: ['runs'], load: async () => (await import('./runs.ts')).addRuns },
  { names: ['show'], load: async () => (await import('./show.ts')).addShow },
  { names: ['approvals', 'approve', 'deny'], load: async () => (await import('./approvals.ts')).addApprovals },
  { names: ['people'], load: async () => (await import('./people.ts')).addPeople },
  { names: ['settle'], load: async () => (await import('./settle.ts')).addSettle },
  { names: ['diff', 'keep', 'discard', 'undo'], load: async () => (await import('./files.ts')).addFiles },
  { names: ['sandbox'], load: async () => (await import('./sandbox.ts')).addSandbox },
  {
    names: ['checkpoint', 'checkpoints', 'restore', 'fork'],
    load: async () => (await import('./checkpoints.ts')).addCheckpoints,
  },
  { names: ['stop'], load: async () => (await import('./stop.ts')).addStop },
  { names: ['agent'], load: async () => (await import('./agent.ts')).addAgent },
  { names: ['adopt'], load: async () => (await import('./adopt.ts')).addAdopt },
  { names: ['agents'], load: async () => (await import('./agents.ts')).addAgents },
  { names: ['models'], load: async () => (await import('./models.ts')).addModels },
  { names: ['credentials'], load: async () => (await import('./credentials.ts')).addCredentials },
  { names: ['policy'], load: async () => (await import('./policy.ts')).addPolicy },
  { names: ['audit'], load: async () => (await import('./audit.ts')).addAudit },
  { names: ['console'], load: async () => (await import('./console.ts')).addConsole },
];

/**
 * The files that a command line needs: that of its command, or all of them where help, completion or a suggestion has to
 * know every command.
 */
export function filesFor(words: readonly string[]): readonly CommandFile[] {
  const name = words.find((word) => !word.startsWith('-')) ?? '';
  const found = catalogue.filter(({ names }) => names.includes(name));
  return found.length > 0 ? found : catalogue;
}
