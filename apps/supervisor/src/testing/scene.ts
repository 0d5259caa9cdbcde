import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { callRoute, createChannelKey, openChannel, streamRoute } from '@clawhold/channel';
import { spawnLauncher } from '@clawhold/sandbox';
import {
  type ApprovalId,
  formatId,
  idEntropyBytes,
  inferenceRunHeader,
  type RunId,
  type SandboxDriverName,
  type SessionId,
  type StepId,
  type StepOutcome,
  supervisorRoutes,
  type ToolCall,
} from '@clawhold/spec';
import { launcherBinary, temporaryFolder } from '@clawhold/testkit';
import { onTestFinished } from 'vitest';
import { startSupervisor } from '../start.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const ceiling =
  'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock }, raw.local: { socket: raw.sock }, shop.local: { socket: shop.sock } }\n';

const agent = `
version: 1
name: worker
network_policies:
  finance:
    endpoints:
      - host: finance.local
        port: 80
        protocol: rest
        rules:
          - allow: { method: GET, path: /accounts }
          - allow: { method: POST, path: /payments }
            effect: irreversible
            destination: [/account]
          - ask: { method: POST, path: /postings }
            effect: compensable
            inverse: { method: DELETE, path: "/postings/*" }
        response: { label: local }
  raw:
    endpoints: [{ host: raw.local, port: 25 }]
labels:
  files:
    - { path: "invoices/**", integrity: external }
flows:
  - ask: { from: { integrity: external }, to: { parameter: destination } }
tools:
  - { match: file.edit, decision: ask }
  - { match: file.search, decision: deny }
`;

export interface Outcome {
  readonly step: StepId;
  readonly outcome: StepOutcome;
}

/** A supervisor with a real launcher, real sandboxes and a real service behind its proxy. */
export interface Scene {
  readonly plane: ControlPlane;
  /** The supervisor's own folder. */
  readonly home: string;
  readonly run: RunId;
  readonly taskFolder: string;
  /** What the finance service got: method, path, credential and body. */
  readonly received: readonly string[];
  /** Where the sockets of services lie; nobody serves `shop.local` (`shop.sock`) but the test that wants it. */
  readonly services: string;
  /** How many connections the raw service got so far. */
  readonly tunnels: () => number;
  /** @param task default: {@link Scene.taskFolder} */
  open(task?: string): Promise<unknown>;
  call(
    tool: string,
    values: ToolCall['arguments'],
    extra?: { readonly step?: StepId; readonly approval?: ApprovalId; readonly authority?: readonly string[] },
  ): Promise<Outcome>;
  /** Follows the program of the run to its end, or to a question about its start. */
  runProgram(step?: StepId, approval?: ApprovalId): Promise<Outcome>;
  /** Another run in the same task folder. */
  another(session?: SessionId): Pick<Scene, 'run' | 'open' | 'call' | 'runProgram'>;
  readonly session: SessionId;
  readonly ask: Ask;
  /** What the page of its agent gets under this name, until `signal`. */
  openPage(link: string, signal: AbortSignal): AsyncIterable<{ readonly message: string }>;
  /** Sends a request to the model door as the built-in loop does. */
  think(run: RunId, body: object): Promise<string>;
  /** Ends this supervisor and starts another one on the same folder. */
  restart(): Promise<void>;
}

type Ask = <
  Name extends Exclude<keyof typeof supervisorRoutes, 'openSandbox' | 'callTool' | 'runProgram' | 'listModels'>,
>(
  name: Name,
  input: Parameters<(typeof supervisorRoutes)[Name]['request']['parse']>[0],
) => Promise<ReturnType<(typeof supervisorRoutes)[Name]['response']['parse']>>;

/**
 * @param more sections that the agent's policy has besides.
 * @param network entries that its `network_policies` have besides.
 * @param engine who makes the containers.
 */
export async function startScene(
  files: Readonly<Record<string, string>> = {},
  more = '',
  network = '',
  engine: SandboxDriverName = 'launcher',
): Promise<Scene> {
  const folder = await temporaryFolder();
  const taskFolder = join(folder, 'task');
  const [sockets, home, services] = [join(folder, 'sockets'), join(folder, 'home'), join(folder, 'services')];
  for (const one of [taskFolder, sockets, home, services, join(folder, 'configuration')])
    await mkdir(one, { mode: 0o700 });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(taskFolder, path)), { recursive: true });
    await writeFile(join(taskFolder, path), content);
  }

  const received: string[] = [];
  const finance = createServer((request, response) => {
    note(request, received).then(
      () => response.writeHead(201).end('{"id":7}'),
      () => response.destroy(), // it ended before it was whole
    );
  });
  await new Promise<void>((resolve) => finance.listen(join(services, 'finance.sock'), resolve));
  onTestFinished(() => void finance.close());

  // Answers whatever comes with one word.
  let tunnels = 0;
  const raw = createRawServer((socket) => {
    tunnels++;
    socket.on('data', () => socket.end('pong')).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => raw.listen(join(services, 'raw.sock'), resolve));
  onTestFinished(() => void raw.close());

  const [apiKey, workerKey, personKey] = [createChannelKey(), createChannelKey(), createChannelKey()];
  const plane = await startControlPlane({
    socket: join(sockets, 'api.sock'),
    key: apiKey,
    policy: { ceiling, agents: { worker: agent.replace('\nlabels:', `${network}\nlabels:`) + more } },
  });
  onTestFinished(() => plane.server.close());
  const socket = join(sockets, 'supervisor.sock');

  async function begin() {
    const driver = await spawnLauncher({ binary: await launcherBinary(), engine });
    return startSupervisor(
      {
        version: '0.0.0',
        folder: home,
        services,
        configuration: join(folder, 'configuration'),
        installed: join(folder, 'installed'),
        channel: { socket, peers: { worker: workerKey, api: personKey } },
        api: { socket: join(sockets, 'api.sock'), key: apiKey },
        node: process.execPath,
        scenarios: [],
        providerKeys: {},
        ownPorts: [],
        forbiddenSockets: [socket],
        forbiddenFolders: [home],
        firstSandboxId: null,
      },
      driver,
    );
  }
  let supervisor = await begin();
  const dial = () => ({
    worker: openChannel({ path: socket, self: 'worker', key: workerKey }),
    api: openChannel({ path: socket, self: 'api', key: personKey }),
  });
  let channels = dial();
  const hangUp = () => {
    channels.worker.close();
    channels.api.close();
  };
  onTestFinished(async () => {
    hangUp();
    await supervisor.close();
  });

  function newRun(session: SessionId): Pick<Scene, 'run' | 'open' | 'call' | 'runProgram'> {
    const run = formatId('run', randomBytes(idEntropyBytes));
    return {
      run,
      open: (task = taskFolder) =>
        callRoute(channels.worker, supervisorRoutes.openSandbox, {
          run,
          session,
          agent: 'worker',
          folder: task,
          model: 'rehearsal/tour',
          task: 'Pay the invoices.',
        }),
      async call(tool, values, { step = formatId('step', randomBytes(idEntropyBytes)), approval, authority } = {}) {
        const outcome = await callRoute(channels.worker, supervisorRoutes.callTool, {
          run,
          step,
          call: { id: 'call_1', tool, arguments: values },
          ...(approval === undefined ? {} : { approval }),
          ...(authority === undefined ? {} : { authority: [...authority] }),
        });
        return { step, outcome };
      },
      async runProgram(step = formatId('step', randomBytes(idEntropyBytes)), approval) {
        let known: 'running' | 'waiting' = 'running';
        const follow = () =>
          callRoute(channels.worker, supervisorRoutes.runProgram, {
            run,
            step,
            known,
            ...(approval === undefined ? {} : { approval }),
          });
        let progress = await follow();
        while (progress.state !== 'over') {
          known = progress.state;
          progress = await follow();
        }
        return { step, outcome: progress.outcome };
      },
    };
  }

  const session = formatId('session', randomBytes(idEntropyBytes));
  const own = newRun(session);
  return {
    plane,
    home,
    ...own,
    session,
    another: (of = formatId('session', randomBytes(idEntropyBytes))) => newRun(of),
    taskFolder,
    services,
    received,
    tunnels: () => tunnels,
    async think(run, body) {
      const answer = await channels.worker.fetch('http://supervisor/inference/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', [inferenceRunHeader]: run },
        body: JSON.stringify(body),
      });
      return answer.text();
    },
    // The route's own types hold on both sides; one name stands for all of them here.
    ask: ((name, input) => callRoute(channels.api, supervisorRoutes[name], input as never)) as Ask,
    openPage: (link, signal) =>
      streamRoute(channels.api, supervisorRoutes.openControlUi, { run: own.run, link }, { signal }),
    async restart() {
      hangUp();
      await supervisor.close();
      supervisor = await begin();
      channels = dial();
    },
  };
}

async function note(request: IncomingMessage, received: string[]): Promise<void> {
  const body = await text(request);
  const { authorization } = request.headers;
  const credential = authorization === undefined ? '' : ` authorization=${authorization}`;
  received.push(`${request.method} ${request.url}${credential} ${body}`.trim());
}
