import type { Finding } from './finding.ts';

/** A feature of the kernel, as the launcher tried it. */
interface Tried {
  readonly works: boolean;
  readonly error?: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What `clawhold-launcher probe` prints (native/launcher/src/self_test/probe.c). */
export interface KernelProbe {
  readonly kernel: string;
  readonly architecture: string;
  /** Started as root of the machine: each sandbox has an id of its own. */
  readonly privileged: boolean;
  readonly userNamespaces: Tried;
  readonly overlay: Tried;
  readonly seccomp: Tried;
  /** Connections of programs that ignore proxies can be captured. */
  readonly capture: Tried;
  /** Version of its interface; 0 without it. */
  readonly landlock: number;
}

const features = [
  ['namespaces', 'userNamespaces', 'user namespaces are allowed', 'user namespaces are forbidden here'],
  ['overlay', 'overlay', 'copy-on-write folders work', 'copy-on-write folders do not work'],
  ['seccomp', 'seccomp', 'system calls can be filtered', 'system calls cannot be filtered'],
] as const;

/** Says what this kernel allows, and how to allow what it forbids. */
export function examineKernel(probe: KernelProbe): readonly Finding[] {
  const tried = features.map(([subject, feature, good, bad]): Finding => {
    const { works, error = 'unknown', advice = '' } = probe[feature];
    if (works) return { subject, state: 'good', text: good };
    // Without user namespaces nothing else could be tried, so only they are to blame.
    if (feature !== 'userNamespaces' && !probe.userNamespaces.works)
      return { subject, state: 'warning', text: 'could not be tried without user namespaces' };
    return { subject, state: 'bad', text: `${bad} (${error}). ${advice}`.trim() };
  });
  return [
    { subject: 'kernel', state: 'good', text: `${probe.kernel}, ${probe.architecture}` },
    ...tried,
    examineCapture(probe.capture),
    probe.landlock > 0
      ? { subject: 'landlock', state: 'good', text: `version ${probe.landlock}` }
      : { subject: 'landlock', state: 'warning', text: 'not in this kernel: one layer less around every sandbox' },
    probe.privileged
      ? { subject: 'isolation', state: 'good', text: 'sandboxed: every sandbox has a host id of its own' }
      : {
          subject: 'isolation',
          state: 'warning',
          text: 'same-user: sandboxes run under your own id; started as root each has an id of its own',
        },
  ];
}

/** A sandbox starts without it, so it is no more than a warning. */
function examineCapture({ works, error = 'unknown', advice = '' }: Tried): Finding {
  const subject = 'capture';
  if (works) return { subject, state: 'good', text: 'programs that ignore proxies are let through as the policy says' };
  return { subject, state: 'warning', text: `programs that ignore proxies reach nothing (${error}). ${advice}`.trim() };
}
