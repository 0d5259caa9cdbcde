import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { TopicResult } from '../topic.ts';

/** Runs a topic in a process of its own. A topic that falls over says why and takes nothing else with it. */
export async function measureApart(topic: string): Promise<TopicResult | { readonly failed: string }> {
  const child = fork(join(import.meta.dirname, '..', `${topic}.ts`), { stdio: ['ignore', 2, 'inherit', 'ipc'] });
  const relay = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGTERM', relay).on('SIGHUP', relay);
  try {
    return await new Promise((resolve) => {
      let result: TopicResult | undefined;
      child.once('message', (message) => {
        result = message as TopicResult; // what runTopic sends
      });
      child.once('error', (error) => resolve({ failed: error.message }));
      child.once('close', (status, signal) =>
        resolve(result ?? { failed: `it ended with ${signal ?? `status ${status}`}; why stands above` }),
      );
    });
  } finally {
    process.off('SIGTERM', relay).off('SIGHUP', relay);
  }
}
