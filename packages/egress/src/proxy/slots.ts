import type { Socket } from 'node:net';
import type { Slots } from './attachment.ts';

/**
 * At most `places` connections of one sandbox are served at a time and as many more wait unread. Beyond that they are
 * closed at once: descriptors of this process are shared by all sandboxes.
 */
export function createSlots(places: number): Slots {
  let taken = 0;
  const waiting = new Map<Socket, () => void>();

  function release(): void {
    taken--;
    const [next] = waiting;
    if (next === undefined) return;
    const [socket, start] = next;
    waiting.delete(socket);
    start();
  }

  return {
    take(socket, start) {
      const begin = (): void => {
        taken++;
        start(release);
      };
      if (taken < places) begin();
      else if (waiting.size < places) {
        waiting.set(socket, begin);
        socket.once('close', () => waiting.delete(socket));
      } else return false;
      return true;
    },
  };
}
