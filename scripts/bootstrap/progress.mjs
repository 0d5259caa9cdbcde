/**
 * Does one step with a line that says what, and how long it took. Goes to standard error: standard output belongs to
 * the task.
 *
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const begin = performance.now();
  process.stderr.write(`clawhold: ${what} …\n`);
  const result = await work();
  process.stderr.write(`clawhold: ${what}: done in ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
  return result;
}
