import { spawn } from 'node:child_process';
import { Stop } from './stop.mjs';

/**
 * Runs a command to its end, with its output on our standard error.
 *
 * @param {string} file
 * @param {readonly string[]} words
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export async function run(file, words, options) {
  const child = spawn(file, words, { ...options, stdio: ['ignore', 2, 2] });
  const end = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (status, signal) => resolve(status ?? signal));
  });
  if (end !== 0) throw new Stop(`"${[file, ...words].join(' ')}" failed (${end})`);
}
