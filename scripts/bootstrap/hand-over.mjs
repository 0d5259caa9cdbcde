import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { root as checkout, outsidePath } from './places.mjs';
import { reachableRoot } from './reachable.mjs';

/** How often to look whether npm is still there, in milliseconds. */
const interval = 500;

/**
 * Runs a task's commands under Node 24 and answers the exit status for this process.
 *
 * @param {(typeof import('./tasks.mjs').tasks)[string]} task
 * @param {string} node
 * @param {readonly string[]} rest
 */
export async function handOver(task, node, rest) {
  const { root, wrap } = task.elsewhere === true ? reachableRoot() : { root: checkout, wrap: (command) => command };
  const program = node.startsWith(checkout) ? join(root, node.slice(checkout.length)) : node;
  const env = {
    ...process.env,
    ...task.env,
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${outsidePath}`,
  };
  let failure = 0;
  for (const [index, [script, ...words]] of task.commands.entries()) {
    const last = index === task.commands.length - 1;
    const command = [program, ...flags, join(root, script), ...words, ...(last ? rest : [])];
    const status = await runToEnd(wrap(command), { cwd: checkout, env });
    if (status !== 0 && task.all !== true) return status;
    failure ||= status;
  }
  return failure;
}

/** pg uses an API of Node that Node wants to retire: one warning at every start that nobody here can act on. */
const flags = ['--disable-warning=DeprecationWarning'];

async function runToEnd([file, ...words], options) {
  const child = spawn(file, words, { ...options, stdio: 'inherit' });
  const relay = (signal) => child.kill(signal);
  // On a terminal Ctrl-C reaches the whole foreground group, the child included: a second one would mean "at once".
  process
    .on('SIGINT', process.stdin.isTTY ? ignore : relay)
    .on('SIGTERM', relay)
    .on('SIGHUP', relay);
  // npm that is killed with SIGKILL tells nobody. Do not outlive it.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), interval);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
    });
  } finally {
    clearInterval(watch);
    process.off('SIGTERM', relay).off('SIGHUP', relay).off('SIGINT', relay).off('SIGINT', ignore);
  }
}

function ignore() {}
