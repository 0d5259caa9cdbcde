// `bundle.mjs FOLDER`: makes one file of each program, with everything that it imports. bootstrap/programs.mjs runs it.
import { writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './bootstrap/places.mjs';

/** What runs as a process or a thread of its own: its name, and its source. */
const programs = {
  cli: 'apps/cli/src/main.ts',
  'openclaw-databases': 'apps/cli/src/adoption/read-database.ts',
  manager: 'apps/manager/src/main.ts',
  api: 'apps/gateway/src/api/main.ts',
  worker: 'apps/gateway/src/worker/main.ts',
  supervisor: 'apps/supervisor/src/main.ts',
  'policy-desk': 'apps/gateway/src/policies/desk-thread.ts',
  solver: 'packages/prover/src/solver-worker.ts',
  replay: 'packages/replay/src/replay-thread.ts',
};

/** It finds its WebAssembly beside itself, so it stays where it is. */
const packages = ['z3-solver'];

/** What packages of ours would use if somebody had installed it. */
const absent = ['pg-native', 'winston', 'winston-transport', /^@opentelemetry\//];

/**
 * What a source finds beside itself, its bundle finds too: another program (`new URL('./x.ts', import.meta.url)`) beside
 * the bundle, everything else (`import.meta.dirname`) beside the source, wherever the checkout is mounted.
 */
function keepPlaces(folder) {
  const bundleOf = (source) => {
    const found = Object.entries(programs).find(([, path]) => join(root, path) === source);
    if (found !== undefined) return `./${found[0]}.js`;
    throw new Error(`${relative(root, source)} is started by its URL, so scripts/bundle.mjs has to name it.`);
  };
  return {
    name: 'keep-places',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('import.meta.')) return null;
      const here = dirname(id);
      const kept = code
        .replaceAll(
          /new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g,
          (_all, path) => `new URL('${bundleOf(resolve(here, path))}', import.meta.url)`,
        )
        .replaceAll('import.meta.dirname', `besideSource(import.meta.dirname, '${relative(folder, here)}')`);
      return `import { resolve as besideSource } from 'node:path';\n${kept}`;
    },
  };
}

process.umask(0o022); // our accounts read it, and nobody but its owner changes it
const [folder = ''] = process.argv.slice(2);
// Each for itself: a process loads one file, and nothing that only another one needs.
for (const [name, source] of Object.entries(programs)) {
  const bundle = await rolldown({
    input: { [name]: join(root, source) },
    platform: 'node',
    external: [...packages, ...absent],
    plugins: [keepPlaces(folder)],
    onLog(level, { message }) {
      if (level === 'warn') process.stderr.write(`${message}\n`);
    },
  });
  await bundle.write({ dir: folder, chunkFileNames: `${name}-[name]-[hash].js` });
  await bundle.close();
}
// Without it Node would read each file twice: first to find out that it is a module.
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
