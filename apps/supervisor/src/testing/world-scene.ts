import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callRoute } from '@clawhold/channel';
import { formatId, idEntropyBytes, type RunId, supervisorRoutes } from '@clawhold/spec';
import { startTestNetwork, type TestNetwork, temporaryFolder } from '@clawhold/testkit';
import { expect, onTestFinished, vi } from 'vitest';
import { type ProcessScene, startProcessScene } from './process-scene.ts';

/** Public addresses; in the network of the scene each of them leads to the servers of world.scene.ts. */
const hosts = {
  'web.example.com': '93.184.215.20',
  'raw.example.com': '93.184.215.21',
  'echo.example.com': '93.184.215.22',
  'closed.example.com': '93.184.215.23',
  'db.example.com': '93.184.215.24',
  'code.example.com': '93.184.215.25',
  'files.example.com': '93.184.215.26',
  'rpc.example.com': '93.184.215.27',
  'inside.example.com': '10.0.0.5',
} as const;

/** A supervisor with a sandbox, in a network in which public addresses have servers. */
export interface World {
  readonly network: TestNetwork;
  readonly scene: ProcessScene;
  /** Where files of the outside lie. */
  readonly folder: string;
  /** The run of the sandbox. */
  readonly runId: RunId;
  /** Runs a command in the sandbox; its standard output and error, without the last newline. */
  run(command: string): Promise<string>;
  /** What reached the servers. */
  reached(): Promise<readonly string[]>;
}

/**
 * @param policy the agent's.
 * @param database the path of PostgreSQL's socket. Default: there is none.
 * @param credentials stored before the sandbox is made.
 */
export async function startWorld(policy: string, database = '', credentials: readonly object[] = []): Promise<World> {
  const network = await startTestNetwork({ hosts });
  onTestFinished(() => network[Symbol.asyncDispose]());
  const folder = await temporaryFolder({ mode: 0o711 });
  await mkdir(join(folder, 'repositories'));
  await serve(network, [process.execPath, join(import.meta.dirname, 'world.scene.ts'), folder, database]);
  const scene = await startProcessScene(
    {},
    { policy, network, environment: { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') } },
  );
  const { addCredential } = supervisorRoutes;
  for (const credential of credentials)
    await callRoute(scene.api(), addCredential, addCredential.request.parse(credential));
  const run = await scene.open();
  const hasEnded = () => scene.plane.events.some(({ type }) => type === 'sandbox.ended');
  // Before its supervisor and the control plane go, so that the end can be recorded.
  onTestFinished(async () => {
    if (hasEnded()) return;
    await callRoute(scene.worker(), supervisorRoutes.closeSandbox, { run });
    await vi.waitFor(() => expect(hasEnded()).toBe(true), { timeout: 10_000 });
  });
  return {
    network,
    scene,
    folder,
    runId: run,
    run: (command) => runIn(scene, run, command),
    reached: async () => (await readFile(join(folder, 'reached'), 'utf8')).split('\n').slice(0, -1),
  };
}

/** Starts a server inside; settles when it has printed its first line. */
export async function serve(network: TestNetwork, words: readonly string[]): Promise<void> {
  const [file, ...others] = network.command(words);
  const server = spawn(file, others, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  await once(server.stdout, 'data');
}

async function runIn(scene: ProcessScene, run: RunId, command: string): Promise<string> {
  const outcome = await callRoute(scene.worker(), supervisorRoutes.callTool, {
    run,
    step: formatId('step', randomBytes(idEntropyBytes)),
    call: { id: 'call_1', tool: 'shell.exec', arguments: { command: `exec 2>&1; ${command}` } },
  });
  return outcome.kind === 'done' ? outcome.output.trim() : JSON.stringify(outcome);
}
