import { delimiter } from 'node:path';

/**
 * The environment as the person has it: without what the npm that runs the bench says about itself, which a nested npm
 * would take for its own settings, and without the Node 24 of this checkout, so that npm runs under the person's own Node
 * and trusts the certificates that this one trusts.
 */
export function personEnvironment(): NodeJS.ProcessEnv {
  const variables = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(variables), PATH: folders.join(delimiter) };
}
