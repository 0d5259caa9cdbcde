import { parentPort } from 'node:worker_threads';
import { ClawholdError } from '@clawhold/spec';
import { type DeskTask, type DeskTasks, deskWork } from './desk-task.ts';

/** What the thread says when it is done. */
export type DeskReply =
  | { readonly kind: 'done'; readonly answer: unknown }
  | {
      readonly kind: 'refused';
      readonly code: ClawholdError['code'];
      readonly message: string;
      readonly hint: string | undefined;
      readonly status: number;
    };

/** What it is told to do. */
interface Order {
  readonly task: DeskTask;
  readonly input: never;
  /** Milliseconds since 1970. */
  readonly now: number;
}

async function work({ task, input, now }: Order): Promise<DeskReply> {
  try {
    const answer: unknown = await (deskWork[task] as (given: DeskTasks[DeskTask], at: number) => unknown)(input, now); // the input of this task
    return { kind: 'done', answer };
  } catch (error) {
    if (!(error instanceof ClawholdError)) throw error;
    const { code, message, hint, status } = error;
    return { kind: 'refused', code, message, hint, status };
  }
}

parentPort?.on('message', async (order: Order) => {
  parentPort?.postMessage(await work(order)); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has no origin
});
