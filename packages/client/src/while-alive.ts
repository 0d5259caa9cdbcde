import { Unreachable } from './problem.ts';

/**
 * Sends a request and waits for the answer for as long as the gateway lives: keeping many files takes minutes. A gateway
 * that stands still (stopped, or its machine out of memory) would be waited for without end, because the kernel goes on
 * accepting its connections.
 *
 * @param isAlive asks for anything that is answered at once; how long it waits is its own affair
 * @param patience how long the request may go unanswered before that is asked, and between two times, in milliseconds
 * @throws Unreachable when it is not alive; whatever `send` rejects with.
 */
export async function whileAlive(
  send: (signal: AbortSignal) => Promise<Response>,
  isAlive: () => Promise<boolean>,
  patience: number,
): Promise<Response> {
  const over = new AbortController();
  const silent = new Promise<never>((_, reject) => {
    const look = async (): Promise<void> => {
      const alive = await isAlive();
      if (!alive) reject(new Unreachable('Clawhold does not answer: its gateway stands still.'));
      else if (!over.signal.aborted) timer = setTimeout(look, patience);
    };
    let timer = setTimeout(look, patience);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const giveUp = new AbortController();
  try {
    return await Promise.race([send(giveUp.signal), silent]);
  } catch (error) {
    giveUp.abort();
    throw error;
  } finally {
    over.abort();
  }
}
