// `npm start`, `npm test` and the like. Plain JavaScript for the system's Node (20.19 or newer): it installs what is
// missing, builds what changed, and hands over to the Node 24 that npm brought.
import { ensureConsole } from './bootstrap/console.mjs';
import { handOver } from './bootstrap/hand-over.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { ensureLauncher } from './bootstrap/launcher.mjs';
import { findNode } from './bootstrap/node.mjs';
import { ensureOpenToOthers } from './bootstrap/open-to-others.mjs';
import { ensurePrograms } from './bootstrap/programs.mjs';
import { Stop } from './bootstrap/stop.mjs';
import { tasks } from './bootstrap/tasks.mjs';

const [name = 'start', ...rest] = process.argv.slice(2);
try {
  const task = tasks[name];
  if (task === undefined) throw new Stop(`there is no task "${name}"; there are ${Object.keys(tasks).join(', ')}`);
  await ensureInstalled();
  if (task.builds) ensureOpenToOthers();
  const node = await findNode();
  if (task.builds) {
    await ensureLauncher();
    await Promise.all([ensureConsole(node), ensurePrograms(node)]);
  }
  process.exitCode = await handOver(task, node, rest);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`clawhold: ${error.message}\n`);
  process.exitCode = 1;
}
