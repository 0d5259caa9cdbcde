import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Call,
  type ChannelServer,
  createChannelKey,
  type Implementation,
  listenChannel,
  serveRoutes,
} from '@clawhold/channel';
import {
  apiRoutes,
  type Readiness,
  type RouteTable,
  type Run,
  readinessSchema,
  supervisorRoutes,
  type WorkerStart,
} from '@clawhold/spec';
import { builtPrograms, cloneDatabase, type TestDatabase, temporaryFolder } from '@clawhold/testkit';
import { onTestFinished } from 'vitest';
import { ControlPlane } from './control-plane.ts';
import { DataPlane } from './data-plane.ts';
import { type Script, serveScript, turnsSoFar } from './scripted-model.ts';

export interface WorkerProcess {
  readonly process: ChildProcess;
  /** The service manager's end of descriptor 3. */
  readonly manager: Writable;
  /** What it has written to stderr. */
  errors(): string;
  readonly exited: Promise<unknown[]>;
  readonly readiness: Readiness;
}

/** The neighbours of a worker, real channels and a real database between them, and worker processes that may die. */
export class House {
  readonly plane: ControlPlane = new ControlPlane();
  readonly data: DataPlane = new DataPlane(this.plane);
  readonly start: WorkerStart;
  readonly database: TestDatabase;
  script: Script = () => ({ text: 'I have nothing to do.' });
  modelRequests = 0;
  /** Called before and after everything that a worker asks for, with a name that is the same after a crash. */
  boundary: (name: string) => void | Promise<void> = () => undefined;
  worker: WorkerProcess | undefined;
  #closed = false;
  #api: ChannelServer | undefined;
  #supervisor: ChannelServer | undefined;

  private constructor(folder: string, database: TestDatabase) {
    this.database = database;
    this.start = {
      version: 'test',
      folder,
      database: database.url,
      channel: { socket: join(folder, 'w'), peers: { api: createChannelKey() } },
      api: { socket: join(folder, 'a'), key: createChannelKey() },
      supervisor: { socket: join(folder, 's'), key: createChannelKey() },
    };
  }

  static async open(): Promise<House> {
    const house = new House(await temporaryFolder(), await cloneDatabase());
    onTestFinished(() => house.#close());
    await house.startApi();
    await house.startSupervisor();
    return house;
  }

  async startApi(): Promise<void> {
    this.#api = await listenChannel({
      path: this.start.api.socket,
      peers: { worker: this.start.api.key },
      handler: serveRoutes(apiRoutes, this.#watched(this.plane.routes())),
    });
  }

  async stopApi(): Promise<void> {
    await this.#api?.close();
  }

  async startSupervisor(): Promise<void> {
    this.#supervisor = await listenChannel({
      path: this.start.supervisor.socket,
      peers: { worker: this.start.supervisor.key },
      handler: serveRoutes(supervisorRoutes, this.#watched(this.data.routes()), {
        otherwise: (request, response) => {
          const script: Script = async (wanted) => {
            this.modelRequests += 1;
            const name = `model ${turnsSoFar(wanted)}`;
            await this.boundary(`before ${name}`);
            const answer = await this.script(wanted);
            await this.boundary(`after ${name}`);
            return answer;
          };
          serveScript(script, request, response).catch(() => response.destroy());
        },
      }),
    });
  }

  async stopSupervisor(): Promise<void> {
    await this.#supervisor?.close();
  }

  /** Starts a worker and waits for its readiness line. */
  async startWorker(): Promise<WorkerProcess> {
    // Piped, never inherited: an orphan that holds the test runner's output would keep it from ending.
    const entry = join(await builtPrograms(), 'worker.js');
    const child = spawn(process.execPath, ['--disable-warning=DeprecationWarning', entry], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const manager = child.stdio[3];
    if (child.stdout === null || child.stderr === null || !(manager instanceof Writable))
      throw new Error('the worker got no pipes');
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      errors += part;
    });
    manager.on('error', () => undefined);
    manager.write(`${JSON.stringify(this.start)}\n`);
    const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
    const line = await Promise.race([ready, exited.then(() => Promise.reject(new Error(errors)))]);
    this.worker = {
      process: child,
      manager,
      errors: () => errors,
      exited,
      readiness: readinessSchema.parse(JSON.parse(line)),
    };
    return this.worker;
  }

  /** Whether a run has ended and the person was told. */
  isOver(run: Run): boolean {
    const told = this.plane.timeline.some((entry) => entry.run === run.id && entry.key === 'ended');
    return this.plane.run(run.id).ended !== null && told;
  }

  /** Waits until a run is over and returns it. */
  async ended(run: Run): Promise<Run> {
    await this.until(() => this.isOver(run));
    return this.plane.run(run.id);
  }

  /** Waits for something to become true, for as long as the test may take. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.#closed) await sleep(10);
  }

  /** Kills the worker as the kernel would: no handler runs, nothing is flushed. */
  async killWorker(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    worker?.process.kill('SIGKILL');
    await worker?.exited;
  }

  #watched<Table extends RouteTable>(routes: Implementation<Table>): Implementation<Table> {
    const watched = Object.entries(routes).map(([name, route]) => [
      name,
      async (input: Readonly<Record<string, unknown>>, call: Call) => {
        const detail = input['step'] ?? input['key'] ?? input['state'] ?? '';
        const place = `${name} ${detail}${input['approval'] === undefined ? '' : ' approved'}`;
        await this.boundary(`before ${place}`);
        const answer = await route(input, call);
        await this.boundary(`after ${place}`);
        return answer;
      },
    ]);
    // The same routes under the same names; Object.entries forgets that.
    return Object.fromEntries(watched) as Implementation<Table>;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    await this.stopApi();
    await this.stopSupervisor();
    await this.database[Symbol.asyncDispose]();
  }
}
