import type { FileOutcome } from '@clawhold/spec';

interface Reason {
  readonly outcome: Exclude<FileOutcome['outcome'], 'applied'>;
  readonly sentence: string;
}

/** The reasons that file jobs give, in words for a person. */
const reasons: Readonly<Record<string, Reason>> = {
  'special-file': {
    outcome: 'refused',
    sentence: 'It is a device, a socket or a pipe; only files, folders and links can be kept.',
  },
  'link-leaves': { outcome: 'refused', sentence: 'The link leads, or could lead, out of the task folder.' },
  'overlay-mark': {
    outcome: 'refused',
    sentence: 'It carries a mark of the copy-on-write file system that nobody here sets.',
  },
  'too-large': { outcome: 'refused', sentence: 'It is larger than what can be kept.' },
  'too-deep': { outcome: 'refused', sentence: 'It lies so deep that ordinary programs cannot reach it.' },
  unreadable: { outcome: 'refused', sentence: 'It cannot be read with the rights that Clawhold has.' },
  changing: { outcome: 'refused', sentence: 'It changed while it was read.' },
  'other-file-system': { outcome: 'refused', sentence: 'Another file system is mounted there.' },
  reserved: { outcome: 'refused', sentence: 'Names that begin with ".clawhold-" are used while changes are kept.' },
  hidden: {
    outcome: 'refused',
    sentence: 'Your own file there was hidden from the run, which could not know what it replaces.',
  },
  'content-changed': { outcome: 'refused', sentence: 'The run changed it after it was shown.' },
  'no-folder': { outcome: 'conflict', sentence: 'The folder it belongs into is not there.' },
  'holds-others': { outcome: 'conflict', sentence: 'The folder holds something that is not to be removed with it.' },
  'changed-since-shown': { outcome: 'conflict', sentence: 'Your own file changed after the changes were shown.' },
  'changed-since-start': { outcome: 'conflict', sentence: 'Your own file changed after the run began.' },
  'changed-since-keep': { outcome: 'conflict', sentence: 'It changed after it was kept.' },
  'changed-meanwhile': { outcome: 'conflict', sentence: 'It changed at this very moment; everything was put back.' },
};

const unknown: Reason = { outcome: 'refused', sentence: 'It cannot be kept.' };

/** Whether a reason is a refusal or a conflict with what the person did, and the sentence that says so. */
export function explain(reason: string): Reason {
  return reasons[reason] ?? unknown;
}
