import { cp, mkdir, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  type Channel,
  createChannelKey,
  type Implementation,
  listenChannel,
  openChannel,
  serveRoutes,
} from '@clawhold/channel';
import { type ApiStart, ClawholdError, type FileChange, type RunId, supervisorRoutes } from '@clawhold/spec';
import { cloneDatabase, repositoryRoot, temporaryFolder } from '@clawhold/testkit';
import type pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { secretDigest } from '../../identity/secret.ts';
import { openPool } from '../../store/pool.ts';
import { type Api, startApi } from '../start.ts';
import { startApiProcess } from './api-process.ts';
import { undocumentedCode } from './documented-codes.ts';

const operatorToken = 'operator-token-of-the-test';

/** An answer as it came over the socket. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** The api process, all of it, with a supervisor at its other side that does what the test says. */
export class ApiHouse {
  /** The operator's. */
  readonly token: string = operatorToken;
  /** Names of what the supervisor was asked, in order. */
  readonly asked: string[] = [];
  /** Codes of refusals that the document of the API does not name for their route; a test that finds some fails. */
  readonly undocumented: string[] = [];
  /** What the supervisor does instead of what it does here. */
  supervisor: Partial<Implementation<typeof supervisorRoutes>> = {};
  changes: FileChange[] = [];
  readonly configuration: string;
  /** The superuser's. */
  readonly databaseUrl: string;
  readonly #start: () => Promise<Api>;
  #api: Api;
  readonly #pool: pg.Pool;
  /** Channels to the api with the proven names of the other processes. */
  readonly channels: Readonly<Record<'worker' | 'supervisor', Channel>>;

  private constructor(
    start: () => Promise<Api>,
    api: Api,
    pool: pg.Pool,
    channels: Readonly<Record<'worker' | 'supervisor', Channel>>,
    configuration: string,
    databaseUrl: string,
  ) {
    this.databaseUrl = databaseUrl;
    this.#start = start;
    this.#api = api;
    this.#pool = pool;
    this.channels = channels;
    this.configuration = configuration;
  }

  /** @param options `apart`: the api is a process of its own, which {@link kill} ends and {@link restart} starts anew. */
  static async open(options: { readonly apart?: boolean } = {}): Promise<ApiHouse> {
    const { url } = await cloneDatabase();
    const folder = await temporaryFolder();
    const configuration = join(folder, 'configuration');
    await cp(join(repositoryRoot, 'apps/manager/defaults'), configuration, { recursive: true });
    const console = join(folder, 'console');
    await mkdir(join(console, 'assets'), { recursive: true });
    await writeFile(join(console, 'index.html'), '<!doctype html><title>Console</title>');
    await writeFile(join(console, 'assets/main-1.js'), 'export {};');
    const keys = { worker: createChannelKey(), supervisor: createChannelKey(), toSupervisor: createChannelKey() };
    // The supervisor listens before the api exists, and both know each other through this object.
    let house: ApiHouse | undefined;
    const supervisor = await listenChannel({
      path: join(folder, 's'),
      peers: { api: keys.toSupervisor },
      handler: serveRoutes(
        supervisorRoutes,
        watched(() => house),
      ),
    });
    const own = join(folder, 'own');
    await mkdir(own, { mode: 0o700 });
    const document: ApiStart = {
      version: 'test',
      folder: own,
      configuration,
      database: url,
      ownerDatabase: url,
      channel: { socket: join(folder, 'a'), peers: { worker: keys.worker, supervisor: keys.supervisor } },
      supervisor: { socket: join(folder, 's'), key: keys.toSupervisor },
      worker: { socket: join(folder, 'w'), key: createChannelKey() },
      http: { host: '127.0.0.1', port: 0 },
      console,
      tokenDigest: secretDigest(operatorToken),
      home: join(folder, 'home'),
      homeTasks: [],
      tier: 'same-user',
    };
    const start = (): Promise<Api> => (options.apart === true ? startApiProcess(document) : startApi(document));
    const api = await start();
    const pool = openPool(url, { max: 2 });
    const channels = {
      worker: openChannel({ path: join(folder, 'a'), self: 'worker', key: keys.worker }),
      supervisor: openChannel({ path: join(folder, 'a'), self: 'supervisor', key: keys.supervisor }),
    };
    onTestFinished(async () => {
      channels.worker.close();
      channels.supervisor.close();
      await house?.kill();
      await supervisor.close();
      await pool.end();
    });
    onTestFinished(() => expect(house?.undocumented).toEqual([]));
    house = new ApiHouse(start, api, pool, channels, configuration, url);
    return house;
  }

  /** Ends the api: a process of its own by SIGKILL. */
  kill(): Promise<void> {
    return this.#api.close();
  }

  /** Starts the next api process on what the one before left. */
  async restart(): Promise<void> {
    this.#api = await this.#start();
  }

  get port(): number {
    return this.#api.port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /** Runs SQL as the superuser. */
  async sql(statement: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    return (await this.#pool.query<Record<string, unknown>>(statement, [...values])).rows;
  }

  /** Events of the ledger in their order. */
  async recorded(): Promise<readonly { type: string; actor: string; body: Record<string, unknown> }[]> {
    const rows = await this.sql('select type, actor, body from ledger_entry order by sequence');
    return rows.map(({ type, actor, body }) => ({
      type: String(type),
      actor: String(actor),
      body: JSON.parse(String(body)),
    }));
  }

  /** From now on the ledger takes nothing. */
  async breakLedger(): Promise<void> {
    await this.sql('alter table ledger_entry add constraint full_up check (false) not valid');
  }

  /** Sends one request as it is given; no header but `Host` and those of the body is added. */
  async send(
    method: string,
    path: string,
    options: { readonly headers?: OutgoingHttpHeaders; readonly body?: unknown } = {},
  ): Promise<HttpAnswer> {
    const body = typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    const type =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({
      port: this.port,
      host: '127.0.0.1',
      method,
      path,
      headers: { ...type, ...options.headers },
      agent: false,
    });
    sent.end(body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      sent.once('response', resolve).once('error', reject),
    );
    const received = await text(answer);
    const json = parsed(received);
    const undocumented = undocumentedCode(method, path, json);
    if (undocumented !== undefined) this.undocumented.push(undocumented);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: received, json };
  }

  /** The same with the operator's token, below `/api/v1`. */
  operator(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    return this.send(method, `/api/v1${path}`, { headers: { authorization: `Bearer ${this.token}` }, body });
  }

  /** A run that is queued. */
  async newRun(): Promise<RunId> {
    const { json } = await this.operator('POST', '/runs', { task: 'Pay the bills', folder: '/srv/bills' });
    return (json as { id: RunId }).id; // the answer of our own route
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const refuse = (): never => {
  throw new ClawholdError('auth_peer', 'The api has no business here.');
};

const noCredential = (): never => {
  throw new ClawholdError('state_no_such_credential', 'There is no such credential.', { status: 404 });
};

const noPin = (): never => {
  throw new ClawholdError('state_no_such_pin', 'There is no such tool.', { status: 404 });
};

const noLabel = (): never => {
  throw new ClawholdError('state_no_such_label', 'No run wrote this file with secret data.', { status: 404 });
};

/** A supervisor that has nothing to do, notes what it is asked and lets the test answer instead. */
function watched(house: () => ApiHouse | undefined): Implementation<typeof supervisorRoutes> {
  const quiet: Implementation<typeof supervisorRoutes> = {
    publishPolicy: () => ({ digests: {} }),
    publishGrants: () => ({}),
    listModels: () => ({
      models: [
        {
          name: 'test/scripted',
          provider: 'test',
          locality: 'local',
          scripted: true,
          found: 'rehearsal',
          contextTokens: 1,
        },
      ],
      default: 'test/scripted',
    }),
    listCredentials: () => ({ credentials: [], standing: [] }),
    listToolPins: () => ({ pins: [] }),
    readToolPin: noPin,
    acceptToolPin: noPin,
    listSandboxes: () => ({ sandboxes: [] }),
    listAgentChanges: () => ({ changes: [] }),
    undoAgentChange: refuse,
    listAgentSnapshots: () => ({ snapshots: [] }),
    takeAgentSnapshot: refuse,
    restoreAgentSnapshot: refuse,
    listAgentSkills: () => ({ skills: [] }),
    readAgentSkill: refuse,
    releaseAgentSkill: refuse,
    holdAgentSkill: refuse,
    sendMessage: () => ({}),
    endConversation: () => ({}),
    openControlUi: refuse,
    tellControlUi: refuse,
    readControlUi: () => ({ content: null }),
    listSecretFiles: () => ({ files: [] }),
    lowerSecretFile: noLabel,
    forgetToolPin: noPin,
    addCredential: ({ secret: _secret, ...credential }) => ({ ...credential, written: new Date().toISOString() }),
    rotateCredential: noCredential,
    removeCredential: noCredential,
    openSandbox: refuse,
    callTool: refuse,
    runProgram: refuse,
    closeSandbox: () => ({}),
    stop: ({ run }) => ({ stopped: run === undefined ? [] : [run], milliseconds: 1 }),
    listChanges: () => ({ changes: house()?.changes ?? [], digest: 'd' }),
    readChange: () => ({ before: null, after: null, cut: false }),
    keep: () => ({ applied: true, outcomes: [] }),
    listCheckpoints: () => ({ checkpoints: [] }),
    takeCheckpoint: ({ name }) => ({ number: 1, name, time: '2026-01-01T00:00:00.000Z', step: null }),
    restoreCheckpoint: () => ({
      checkpoint: { number: 1, name: 'here', time: '2026-01-01T00:00:00.000Z', step: null },
      left: { number: 2, name: null, time: '2026-01-01T00:00:01.000Z', step: null },
    }),
    forkRun: () => ({ number: 1, name: 'here', time: '2026-01-01T00:00:00.000Z', step: null }),
    discard: () => ({}),
    undo: () => ({ applied: true, outcomes: [], remaining: [] }),
    status: () => ({ epoch: 1, tier: 'same-user', sandboxes: 0, policy: null }),
  };
  const routes = Object.keys(quiet).map((name) => [
    name,
    (input: unknown, call: unknown) => {
      const place = house();
      place?.asked.push(name);
      // Same name, same route: input and call are what its own schema gave.
      const route = { ...quiet, ...place?.supervisor }[name as keyof typeof quiet] as (...given: unknown[]) => unknown;
      return route(input, call);
    },
  ]);
  return Object.fromEntries(routes) as Implementation<typeof supervisorRoutes>;
}
