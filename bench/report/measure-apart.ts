import { fork } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { TopicResult } from '../topic.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a topic in a process of its own. A topic that falls over says why and takes nothing else with it. */
export async function measureApart(topic: string): Promise<TopicResult | { readonly failed: string }> {
  const child = fork(join(import.meta.dirname, '..', `${topic}.ts`), { stdio: ['ignore', 2, 'inherit', 'ipc'] });
  // Whoever ends the bench ends the topic first, which ends what it started.
  const relay = (signal: NodeJS.Signals): void => {
    child.once('close', () => process.exit(128 + constants.signals[signal]));
    child.kill(signal);
  };
  for (const signal of signals) process.once(signal, relay);
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
    for (const signal of signals) process.off(signal, relay);
  }
}
