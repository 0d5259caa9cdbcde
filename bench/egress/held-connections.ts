import { once } from 'node:events';
import { openCallers } from './callers.ts';
import type { Part } from './part.ts';
import type { Way } from './way.ts';

async function askPart(part: Part, what: string): Promise<unknown> {
  part.child.send(what);
  const [answer] = (await once(part.child, 'message')) as [unknown];
  return answer;
}

const mebibyte = 1024 * 1024;

/** Resident memory of a proxy, in MiB: before, and after so many connections came and went. */
export async function memoryOf(part: Part, way: Way, connections: number): Promise<{ before: number; after: number }> {
  const atATime = 250;
  // The part answers with its resident bytes.
  const resident = async (): Promise<number> => ((await askPart(part, 'memory')) as number) / mebibyte;
  const before = await resident();
  for (let done = 0; done < connections; done += atATime) {
    const callers = await openCallers(way, atATime, '/1024');
    await Promise.all(callers.map((caller) => caller.ask()));
    for (const caller of callers) caller.end();
  }
  return { before, after: await resident() };
}

/** How long it takes until a change of policy has cut all of so many open tunnels, in milliseconds. */
export async function changeBites(part: Part, way: Way, tunnels: number): Promise<{ decided: number; cut: number }> {
  const callers = await openCallers(way, tunnels, '/1024');
  await Promise.all(callers.map((caller) => caller.ask()));
  const began = performance.now();
  const closed = callers.map((caller) => caller.closed);
  // What the part measured itself.
  const { milliseconds, cut } = (await askPart(part, 'change')) as { milliseconds: number; cut: number };
  if (cut !== tunnels) throw new Error(`${cut} of ${tunnels} tunnels were cut`);
  await Promise.all(closed);
  return { decided: milliseconds, cut: performance.now() - began };
}
