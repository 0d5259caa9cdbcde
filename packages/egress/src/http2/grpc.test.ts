import { connect } from 'node:net';
import { compile, decide, requestTerms } from '@clawhold/policy';
import { noUsage, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import {
  Client,
  credentials,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Bench, external } from '../testing.ts';
import { shop, startReadingProxy, startTlsOrigin } from '../testing-tls.ts';

const bytes = { serialize: (value: Buffer): Buffer => value, deserialize: (value: Buffer): Buffer => value };
const codec = {
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
};
const operation = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/shop.v1.Orders/${name}`,
  requestStream,
  responseStream,
  ...codec,
});
const orders: ServiceDefinition = {
  GetOne: operation('GetOne', false, false),
  GetTalk: operation('GetTalk', true, true),
  GetNothing: operation('GetNothing', false, false),
  Drop: operation('Drop', false, false),
  PayOne: operation('PayOne', false, false),
};

const rule = (target: object) => ({ allow: { service: 'shop.v1.Orders', ...target } });
const document = policyDocumentSchema.parse({
  version: 1,
  network_policies: {
    all: {
      endpoints: [
        {
          host: shop,
          port: 443,
          protocol: 'grpc',
          rules: [rule({ method: 'Get*' }), { ask: { service: 'shop.v1.Orders', method: 'PayOne' } }],
          deny_rules: [{ service: 'shop.v1.Admin' }],
        },
      ],
    },
  },
});

interface World extends AsyncDisposable {
  readonly proxy: Bench;
  readonly client: Client;
  /** Methods that were called at the server. */
  readonly called: readonly string[];
}

/** A gRPC server behind TLS, the proxy with a policy before it, and a client that goes through the proxy. */
async function startWorld(): Promise<World> {
  const called: string[] = [];
  const server = new Server();
  const unary =
    (name: string): handleUnaryCall<Buffer, Buffer> =>
    (request, done) => {
      called.push(name);
      if (name === 'GetNothing') done({ code: status.NOT_FOUND, details: 'none: 0 %' });
      else done(null, Buffer.from(`${name} ${request.request}`));
    };
  server.addService(orders, {
    GetOne: unary('GetOne'),
    GetNothing: unary('GetNothing'),
    Drop: unary('Drop'),
    PayOne: unary('PayOne'),
    GetTalk: (stream: ServerDuplexStream<Buffer, Buffer>) => {
      called.push('GetTalk');
      stream.on('data', (piece: Buffer) => stream.write(Buffer.from(`heard ${piece}`)));
      stream.on('end', () => stream.end());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const origin = await startTlsOrigin((socket) => {
    const inner = connect(port, '127.0.0.1');
    inner.on('error', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  const compiled = compile({ ceiling: policyDocumentSchema.parse({ version: 1 }), agent: document });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  const { snapshot } = compiled;
  const proxy = await startReadingProxy(origin.port, {
    decide: (question) => {
      const decided = decide(question, snapshot, noUsage, 0);
      // The server is on loopback, where no name may lead.
      return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: shop }] };
    },
    hooks: {
      inspect: (question) => ({
        pointers: requestTerms(question, snapshot).destinations,
        digestBody: decide(question, snapshot, noUsage, 0).kind === 'ask',
      }),
      propose: () => 'apr_0000000000',
      dataLabel: () => external,
    },
  });
  vi.stubEnv('grpc_proxy', `http://127.0.0.1:${proxy.port}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = new Client(`${shop}:443`, credentials.createSsl(Buffer.from(proxy.authority.certificate)));
  return {
    proxy,
    client,
    called,
    [Symbol.asyncDispose]: async () => {
      client.close();
      server.forceShutdown();
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

/** The answer as text, or the code and the sentence of the error. */
function call(client: Client, path: string, text = 'x'): Promise<string> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, bytes.serialize, bytes.deserialize, Buffer.from(text), (error, answer) =>
      resolve(error === null ? String(answer) : `${error.code} ${error.details}`),
    );
  });
}

test(verifies('egress.grpc', 'a call is decided by its service and method, and errors stay as they are'), async () => {
  await using world = await startWorld();
  const { client, called } = world;
  expect(await call(client, '/shop.v1.Orders/GetOne', 'seven')).toBe('GetOne seven');
  expect(await call(client, '/shop.v1.Orders/GetNothing')).toBe(`${status.NOT_FOUND} none: 0 %`);
  expect(await call(client, '/shop.v1.Orders/Drop')).toBe(
    `${status.PERMISSION_DENIED} No rule allows POST shop.example:443/shop.v1.Orders/Drop (shop.v1.Orders/Drop).`,
  );
  expect(await call(client, '/shop.v1.Admin/GetOne')).toMatch(new RegExp(`^${status.PERMISSION_DENIED} `));
  expect(called).toEqual(['GetOne', 'GetNothing']);
  expect(world.proxy.records.filter((record) => record.method === 'POST')).toMatchObject([
    { outcome: 'answered', question: { operation: { message: { service: 'shop.v1.Orders', method: 'GetOne' } } } },
    { outcome: 'answered' },
    { outcome: 'refused' },
    { outcome: 'refused' },
  ]);
});

test(verifies('egress.grpc', 'messages stream both ways while the call is open'), async () => {
  await using world = await startWorld();
  const stream = world.client.makeBidiStreamRequest('/shop.v1.Orders/GetTalk', bytes.serialize, bytes.deserialize);
  const heard: string[] = [];
  const ended = new Promise((resolve) => {
    stream.on('status', resolve);
  });
  stream.on('data', (piece: Buffer) => {
    heard.push(String(piece));
    if (heard.length < 3) stream.write(Buffer.from(String(heard.length)));
    else stream.end();
  });
  stream.write(Buffer.from('0'));
  expect(await ended).toMatchObject({ code: status.OK });
  expect(heard).toEqual(['heard 0', 'heard 1', 'heard 2']);
});

test(verifies('egress.grpc', 'a call that a person must see is told so, with the id of the question'), async () => {
  await using world = await startWorld();
  expect(await call(world.client, '/shop.v1.Orders/PayOne')).toMatch(
    new RegExp(`^${status.PERMISSION_DENIED} .*\\(apr_0000000000\\)`),
  );
  expect(world.called).toEqual([]);
});

test.each([
  '/shop.v1.Orders/GetOne/',
  '/shop.v1.Orders/Get%4fne/x',
  '/shop.v1.Orders',
  '/GetOne',
  '/shop.v1..Orders/GetOne',
])(`${verifies('egress.grpc', 'what is not the path of a call is none')}: %s`, async (path) => {
  await using world = await startWorld();
  expect(await call(world.client, path)).toMatch(new RegExp(`^${status.INVALID_ARGUMENT} The path is not`));
  expect(world.called).toEqual([]);
});
