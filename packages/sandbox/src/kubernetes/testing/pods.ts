import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The pods of a warm pool without a cluster: bubblewrap makes containers like those of deploy/kubernetes/sandbox-template.yaml
 * (no network, no capability, no new privileges, nothing but the folder of invitations).
 */
export class Pods {
  readonly #running = new Map<string, ChildProcess>();

  /** @param ended told of a container's end */
  start(name: string, ended: () => void): void {
    const container = [
      '--unshare-net',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--cap-drop',
      'ALL',
      '--as-pid-1',
    ];
    const files = [
      '--proc',
      '/proc',
      '--ro-bind',
      '/run/clawhold-visits',
      '/clawhold',
      '--die-with-parent',
      '--new-session',
    ];
    const program = ['--', '/clawhold/launcher', 'visit', name];
    const pod = spawn('bwrap', [...container, ...files, ...program], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {},
    });
    pod.once('exit', () => {
      this.#running.delete(name);
      ended();
    });
    this.#running.set(name, pod);
  }

  get names(): string[] {
    return [...this.#running.keys()];
  }

  /** As a node does it: the container's first process, with which the kernel ends the others. */
  kill(name: string): void {
    const around = this.#running.get(name)?.pid;
    if (around === undefined) return;
    const [first] = readFileSync(`/proc/${around}/task/${around}/children`, 'utf8').split(' ');
    process.kill(first === undefined || first === '' ? around : Number(first), 'SIGKILL');
  }

  close(): void {
    for (const name of this.names) this.kill(name);
  }
}
