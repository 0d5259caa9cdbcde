import { once } from 'node:events';
import { ClawholdError } from '@clawhold/spec';
import type { DeskAnswers, DeskTask, DeskTasks } from './desk-task.ts';
import type { DeskReply } from './desk-thread.ts';
import { withDeskThread } from './desk-threads.ts';
import { inTurn } from './in-turn.ts';
import { tooComplex } from './too-complex.ts';

/** Answers questions about policy documents without holding up whoever else waits for this process. */
export interface PolicyDesk {
  /**
   * @throws ClawholdError `policy_too_complex` after {@link PolicyDeskOptions.seconds}, `state_desk_busy` when too many
   *   wait already, and what the task itself throws.
   */
  ask<Task extends DeskTask>(task: Task, input: DeskTasks[Task]): Promise<DeskAnswers[Task]>;
}

export interface PolicyDeskOptions {
  /** How long one task may take. Default 20. */
  readonly seconds?: number;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

/** A thread of its own for each task, one at a time: a document that is made to be slow costs a core for a while and nothing else. */
export function createPolicyDesk({ seconds = 20, now = Date.now }: PolicyDeskOptions = {}): PolicyDesk {
  const turn = inTurn();
  return {
    // The thread ran this task on this input.
    ask: <Task extends DeskTask>(task: Task, input: DeskTasks[Task]) =>
      turn(() => inThread(task, input, now(), seconds)) as Promise<DeskAnswers[Task]>,
  };
}

async function inThread(task: DeskTask, input: unknown, now: number, seconds: number): Promise<unknown> {
  const reply = await withDeskThread(async (thread) => {
    const limit = AbortSignal.timeout(seconds * 1_000);
    try {
      thread.postMessage({ task, input, now }); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has no origin
      const [said] = await once(thread, 'message', { signal: limit });
      return said as DeskReply; // desk-thread.ts sends nothing else
    } catch (error) {
      throw limit.aborted || isOutOfMemory(error) ? tooComplex(seconds) : error;
    }
  });
  if (reply.kind === 'done') return reply.answer;
  throw new ClawholdError(reply.code, reply.message, {
    status: reply.status,
    ...(reply.hint === undefined ? {} : { hint: reply.hint }),
  });
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
