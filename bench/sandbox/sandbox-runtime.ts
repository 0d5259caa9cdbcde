import { ensurePrograms } from '../peers/debian.ts';
import { loadPeer, peerVersion } from '../peers/packages.ts';
import { sentenceOf } from '../topic.ts';
import { echo, type NoWay, timeToFirstByte, type Way } from './way.ts';

const peer = '@anthropic-ai/sandbox-runtime';
const name = 'sandbox-runtime, library';

/** What of the package is used. */
interface SandboxRuntime {
  readonly SandboxManager: {
    initialize(configuration: unknown): Promise<void>;
    wrapWithSandbox(command: string): Promise<string>;
    cleanupAfterCommand(): void;
    reset(): Promise<void>;
  };
}

/**
 * Anthropic's sandbox runtime as its README uses the library: its proxies are started once, before the measurement;
 * each command is wrapped and given to a shell. Wrapping is measured, because every command needs it.
 *
 * @param folder - Writable inside.
 */
export async function openSandboxRuntime(folder: string): Promise<Way | NoWay> {
  const reason = ensurePrograms(['bwrap', 'socat', 'rg']);
  if (reason !== undefined) return { name, reason };
  // Typed by hand above: the package may not be installed when types are checked.
  const loaded = loadPeer(peer) as SandboxRuntime | undefined;
  if (loaded === undefined) return { name, reason: `${peer} is not installed or does not load here` };
  const manager = loaded.SandboxManager;
  try {
    await manager.initialize({
      network: { allowedDomains: ['example.com'], deniedDomains: [] },
      filesystem: { denyRead: [], allowWrite: [folder], denyWrite: [] },
    });
  } catch (error) {
    return { name, reason: sentenceOf(error) };
  }
  return {
    name,
    version: [peer, peerVersion(peer)],
    async start() {
      const began = performance.now();
      const elapsed = await timeToFirstByte(began, await manager.wrapWithSandbox(echo.join(' ')), [], { shell: true });
      manager.cleanupAfterCommand();
      return elapsed;
    },
    [Symbol.asyncDispose]: () => manager.reset(),
  };
}
