import { sandboxTools } from '@clawhold/agents';
import { type Channel, listenChannel, openChannel, serveRoutes } from '@clawhold/channel';
import { type RunId, type WorkerStart, workerRoutes } from '@clawhold/spec';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { childWorkflow } from './durable-host.ts';
import { openJournal } from './journal.ts';
import { runRun } from './run-workflow.ts';
import { Scenes } from './scene.ts';
import { runStep, type StepReference } from './step-workflow.ts';
import { Watch } from './watch.ts';

export interface Worker extends AsyncDisposable {
  /** Resolves with one sentence when the worker cannot go on and its process must end. */
  readonly lost: Promise<string>;
}

/**
 * Starts the brain: takes up every run that was under way and waits for new ones. Once in a process, because DBOS is a
 * singleton of its process.
 *
 * @throws ClawholdError when a channel cannot be served; the database's own error when it cannot be reached.
 */
export async function startWorker(start: WorkerStart): Promise<Worker> {
  const peers = { api: reach(start.api), supervisor: reach(start.supervisor) };
  const scenes = new Scenes(peers);

  const step = DBOS.registerWorkflow((reference: StepReference) => runStep(scenes, reference), { name: 'step' });
  const run = DBOS.registerWorkflow(
    (id: RunId) =>
      runRun(
        {
          scenes,
          startStep: childWorkflow(step),
          tools: sandboxTools,
        },
        id,
      ),
    { name: 'run' },
  );

  const journal = await openJournal(start.database);
  const watch = new Watch({
    peers,
    scenes,
    start: async (id) => {
      if (scenes.runs.includes(id)) return { over: false };
      const handle = await DBOS.startWorkflow(run, { workflowID: id })(id);
      const status = await handle.getStatus();
      return { over: status?.status !== 'PENDING' && status?.status !== 'ENQUEUED' };
    },
  });
  const server = await listenChannel({
    path: start.channel.socket,
    peers: start.channel.peers,
    handler: serveRoutes(workerRoutes, {
      nudge: () => {
        watch.nudge();
        return {};
      },
    }),
  });
  return {
    lost: journal.lost,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await watch[Symbol.asyncDispose]();
      for (const channel of Object.values(peers)) channel.close();
      await journal[Symbol.asyncDispose]();
    },
  };
}

function reach({ socket, key }: WorkerStart['api']): Channel {
  return openChannel({ path: socket, self: 'worker', key });
}
