import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { neededRights } from '../needed-rights.ts';
import { Pods } from './pods.ts';
import { objectionTo } from './schema.ts';

interface Claim {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    resourceVersion: string;
  };
  readonly spec: unknown;
  status?: { conditions: object[]; sandbox?: { name: string } };
}

const token = 'token-of-the-test';
const claimsPath =
  /^\/apis\/extensions\.agents\.x-k8s\.io\/v1beta1\/namespaces\/clawhold\/sandboxclaims(?:\/([\w-]+))?$/;
const sandboxPath = /^\/apis\/agents\.x-k8s\.io\/v1beta1\/namespaces\/clawhold\/sandboxes\/([\w-]+)$/;

/**
 * An API server with what of agent-sandbox its clients see, for one namespace: claims are made, listed, watched and deleted,
 * get a sandbox whose pod really runs, and finish when it ends. It takes no request that the Role does not allow.
 */
export class Cluster {
  readonly #server: Server;
  readonly #claims = new Map<string, Claim>();
  readonly #watches = new Set<{ readonly name: string; readonly answer: ServerResponse }>();
  readonly #pods = new Pods();
  #count = 0;
  /** `verb resource` of each request that came. */
  readonly requests: string[] = [];
  /** What becomes of a claim; a test may let it wait for ever, or its pod end at once. */
  pool: 'ready' | 'empty' | 'failing' = 'ready';
  /** Watches end at once after an event, as they do after a while at a real server. */
  endsWatches = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, answer) => void this.#answer(request, answer));
  }

  static async start(): Promise<Cluster> {
    const server = createServer();
    const cluster = new Cluster(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cluster;
  }

  get address(): { server: URL; token: () => string } {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { server: new URL(`http://127.0.0.1:${port}`), token: () => token };
  }

  get claims(): string[] {
    return [...this.#claims.keys()];
  }

  get pods(): string[] {
    return this.#pods.names;
  }

  killPod(name: string): void {
    this.#pods.kill(name);
  }

  close(): void {
    this.#pods.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://cluster');
    const [claim, sandbox] = [claimsPath.exec(url.pathname), sandboxPath.exec(url.pathname)];
    const resource = claim === null ? 'agents.x-k8s.io/sandboxes' : 'extensions.agents.x-k8s.io/sandboxclaims';
    const watches = url.searchParams.get('watch') === 'true';
    const verb = {
      POST: 'create',
      DELETE: 'delete',
      GET: watches ? 'watch' : url.pathname.endsWith('claims') ? 'list' : 'get',
    }[request.method ?? ''];
    this.requests.push(`${verb} ${resource}`);
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(answer, 401, 'Unauthorized');
    if ((claim ?? sandbox) === null || verb === undefined || neededRights[resource]?.includes(verb) !== true)
      return refuse(answer, 403, `cannot ${verb} ${resource}`);
    if (verb === 'create') return this.#create(await json(request), answer);
    if (verb === 'list') return this.#list(url.searchParams.get('labelSelector') ?? '', answer);
    if (verb === 'watch') return this.#watch(url, answer);
    if (verb === 'delete') return this.#delete(claim?.[1] ?? '', answer);
    send(answer, 200, {
      metadata: { name: sandbox?.[1], annotations: { 'agents.x-k8s.io/pod-name': `pod-of-${sandbox?.[1]}` } },
    });
  }

  #create(body: unknown, answer: ServerResponse): void {
    const objection = objectionTo(body);
    if (objection !== undefined) {
      refuse(answer, 422, `${objection} is invalid`);
      return;
    }
    const { metadata, spec } = body as {
      metadata: { generateName: string; labels: Record<string, string> };
      spec: unknown;
    }; // looked at above
    const name = `${metadata.generateName}${randomUUID().slice(0, 8)}`;
    const claim: Claim = { metadata: { name, labels: metadata.labels, resourceVersion: this.#version() }, spec };
    this.#claims.set(name, claim);
    send(answer, 201, claim);
    if (this.pool === 'failing') this.#change(name, 'Finished', 'PodFailed');
    if (this.pool !== 'ready') return;
    this.#pods.start(`pod-of-${name}`, () => this.#change(name, 'Finished', 'PodFailed'));
    this.#change(name, 'Ready', 'DependenciesReady');
  }

  #list(selector: string, answer: ServerResponse): void {
    const [label = '', value] = selector.split('=');
    const items = [...this.#claims.values()].filter(
      ({ metadata }) => selector === '' || metadata.labels[label] === value,
    );
    send(answer, 200, { kind: 'SandboxClaimList', metadata: { resourceVersion: String(this.#count) }, items });
  }

  #watch(url: URL, answer: ServerResponse): void {
    const name = (url.searchParams.get('fieldSelector') ?? '').replace('metadata.name=', '');
    answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const watch = { name, answer };
    this.#watches.add(watch);
    answer.on('close', () => this.#watches.delete(watch));
    const claim = this.#claims.get(name);
    if (claim === undefined) this.#tell(name, 'DELETED', { metadata: { name, resourceVersion: this.#version() } });
    else if (Number(claim.metadata.resourceVersion) > Number(url.searchParams.get('resourceVersion')))
      this.#tell(name, 'MODIFIED', claim);
  }

  #delete(name: string, answer: ServerResponse): void {
    const claim = this.#claims.get(name);
    if (claim === undefined) {
      refuse(answer, 404, `${name} not found`);
      return;
    }
    this.#claims.delete(name);
    this.#pods.kill(`pod-of-${name}`);
    send(answer, 200, { kind: 'Status', status: 'Success' });
    this.#tell(name, 'DELETED', claim);
  }

  #change(name: string, type: string, reason: string): void {
    const claim = this.#claims.get(name);
    if (claim === undefined) return;
    claim.metadata.resourceVersion = this.#version();
    claim.status = {
      conditions: [{ type, status: 'True', reason }],
      ...(type === 'Ready' ? { sandbox: { name } } : {}),
    };
    this.#tell(name, 'MODIFIED', claim);
  }

  #tell(name: string, type: string, object: object): void {
    for (const watch of this.#watches) {
      if (watch.name !== name) continue;
      watch.answer.write(`${JSON.stringify({ type, object })}\n`);
      if (this.endsWatches) watch.answer.end();
    }
  }

  #version(): string {
    return String(++this.#count);
  }
}

function send(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(answer: ServerResponse, status: number, message: string): void {
  send(answer, status, { kind: 'Status', status: 'Failure', message, code: status });
}
