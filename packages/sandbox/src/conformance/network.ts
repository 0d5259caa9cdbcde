import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { captureListener } from '../capture.ts';
import { mostRefused } from '../sandbox.ts';
import { type ConformanceSubject, prepare, scene, shell } from './subject.ts';

const connect = (address: string, port: number): string =>
  `node -e 'net.connect(${port}, "${address}").on("connect", () => { console.log("connected"); process.exit() }).on("error", (e) => console.log(e.code))'`;

/** Makes a socket by its numbers; prints whether that worked. */
const makeSocket = (family: number, type: number, protocol: number): string =>
  `perl -MSocket -e 'socket(my $s, ${family}, ${type}, ${protocol}) ? print "made" : print "refused"'`;

/** Connects to a Unix socket; `path` is a JavaScript text. */
const dial = (path: string): string =>
  `node -e 'net.connect({path:${path}}).on("connect",()=>{console.log("connected");process.exit()}).on("error",(e)=>console.log(e.code))'`;

async function listen(server: Server | ReturnType<typeof createTcpServer>, where: string | number): Promise<number> {
  await new Promise<void>((resolve) => {
    if (typeof where === 'number') server.listen(where, '127.0.0.1', resolve);
    else server.listen(where, resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What a sandbox can reach: the listeners that were made for it, and nothing else. */
export function testNetwork(subject: ConformanceSubject): void {
  describe('network', () => {
    test(verifies('sandbox.no-network', 'no address answers: not the host, not the world, not IPv6'), async () => {
      const host = await listen(createTcpServer(), 0);
      const { sh } = await scene(subject);
      expect(await sh(connect('127.0.0.1', host))).toBe('ECONNREFUSED');
      expect(await sh(connect('192.0.2.1', 443))).toBe('ECONNREFUSED');
      expect(await sh(connect('169.254.169.254', 80))).toBe('ECONNREFUSED');
      expect(await sh(connect('2001:db8::1', 443))).toMatch(/^(ENETUNREACH|EADDRNOTAVAIL)$/);
      expect(await sh(connect('::1', host))).toMatch(/^(ENETUNREACH|EADDRNOTAVAIL)$/);
      expect(await sh('cat /proc/net/dev | tail -n +3 | wc -l')).toBe('1');
    });

    test(verifies('sandbox.no-raw-sockets', 'raw, packet and foreign sockets cannot be made'), async () => {
      const { sh } = await scene(subject);
      for (const [family, type, protocol] of [
        [2, 3, 1],
        [17, 3, 768],
        [40, 1, 0],
        [16, 3, 12],
        [16, 3, 15],
        [38, 5, 0],
        [1, 1, 0],
      ] as const)
        expect(await sh(makeSocket(family, type, protocol))).toBe(family === 1 ? 'made' : 'refused');
    });

    test(
      verifies('sandbox.listeners', 'a listener sees the address that was dialled and loses no early connection'),
      async () => {
        const { sh, sandbox } = await scene(subject, {
          listeners: [{ name: 'proxy', address: '0.0.0.0', port: 8080 }],
        });
        const early = sh(`node -e 'http.get("http://93.184.216.34:8080/early", (r) => r.pipe(process.stdout))'`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        const server = createServer((incoming, answer) =>
          answer.end(`${incoming.socket.localAddress}:${incoming.socket.localPort} ${incoming.url}`),
        );
        sandbox.listener('proxy').attach(server);
        expect(await early).toBe('93.184.216.34:8080 /early');
        expect(() => sandbox.listener('proxy').attach(createServer())).toThrow(/already has a server/);
        expect(() => sandbox.listener('other')).toThrow(/no listener named/);
      },
    );

    test(verifies('sandbox.listeners', 'each sandbox has listeners of its own'), async () => {
      const answers: string[] = [];
      for (const name of ['one', 'two']) {
        const { sandbox, sh } = await scene(subject, {
          listeners: [{ name: 'proxy', address: '127.0.0.1', port: 80 }],
        });
        sandbox.listener('proxy').attach(createServer((_incoming, answer) => answer.end(name)));
        answers.push(await sh(`node -e 'http.get("http://127.0.0.1/", (r) => r.pipe(process.stdout))'`));
      }
      expect(answers).toEqual(['one', 'two']);
    });

    test(verifies('sandbox.capture', 'what is dialled at any address but its own comes to one listener'), async () => {
      const { sh, sandbox } = await scene(subject, {
        listeners: [
          { name: 'capture', ...captureListener },
          { name: 'beside', address: '198.18.0.1', port: 80 },
        ],
      });
      expect(sandbox.attestation.captures).toBe(true);
      const sees = (name: string) =>
        createTcpServer((socket) => socket.end(`${name} ${socket.localAddress}:${socket.localPort}`));
      sandbox.listener('capture').attach(sees('captured'));
      sandbox.listener('beside').attach(sees('beside'));
      const read = (address: string, port: number): Promise<string> =>
        sh(`node -e 'net.connect(${port}, "${address}").on("error", (e) => console.log(e.code)).pipe(process.stdout)'`);
      expect(await read('198.19.0.0', 1)).toBe('captured 198.19.0.0:1');
      expect(await read('198.19.255.255', 65_535)).toBe('captured 198.19.255.255:65535');
      expect(await read('198.18.0.1', 80)).toBe('beside 198.18.0.1:80');
      for (const address of ['198.17.255.255', '198.20.0.0', '10.0.0.1', '93.184.216.34'])
        expect(await read(address, 5_432)).toBe(`captured ${address}:5432`);
      for (const address of ['198.18.255.255', '127.0.0.1', '127.255.0.1'])
        expect(await read(address, 5_432)).toBe('ECONNREFUSED');
      // That is where names are asked for.
      expect(await read('8.8.8.8', 53)).toBe('ECONNREFUSED');
      // A program cannot take a captured address for itself, nor the place of the listener.
      const serve = (address: string, port: number): string =>
        `node -e 'net.createServer((s) => s.end("own")).listen(${port}, "${address}", () => net.connect(${port}, "${address}").on("close", () => process.exit()).pipe(process.stdout)).on("error", (e) => console.log(e.code))'`;
      for (const address of ['198.19.0.9', '10.0.0.9'])
        expect(await sh(serve(address, 5_432))).toBe(`captured ${address}:5432`);
      expect(await sh(serve(captureListener.address, captureListener.port))).toMatch(/^(EACCES|EADDRINUSE)$/);
    });

    test(
      verifies('sandbox.capture', 'datagrams reach their listener at every address, and no other port'),
      async () => {
        const { sh, sandbox } = await scene(subject, {
          listeners: [{ name: 'names', address: '0.0.0.0', port: 53, transport: 'datagram' }],
        });
        const socket = createSocket('udp4');
        socket.on('message', (bytes, from) => socket.send(`${bytes} heard`, from.port, from.address));
        sandbox.listener('names').attach(socket);
        expect(() => sandbox.listener('names').attach(createSocket('udp4'))).toThrow(/already has a server/);
        const say = (address: string, port: number): string =>
          `node -e 's = require("dgram").createSocket("udp4"); s.connect(${port}, "${address}", () => s.send("hello")); s.on("message", (m) => { console.log(String(m)); s.close() }).on("error", (e) => { console.log(e.code); s.close() })'`;
        expect(await sh(say('127.0.0.1', 53))).toBe('hello heard');
        expect(await sh(say('8.8.8.8', 53))).toBe('hello heard');
        expect(await sh(say('198.19.0.1', 5_432))).toBe('ECONNREFUSED');
      },
    );

    test(
      verifies(
        'sandbox.refused-datagrams',
        'a datagram to elsewhere is refused at once, and its destination told once',
      ),
      async () => {
        const { sh, sandbox } = await scene(subject);
        const told: string[] = [];
        sandbox.onRefused(({ address, port }) => told.push(`${address}:${port}`));
        const say = (address: string, port: number): string =>
          `node -e 's = require("dgram").createSocket("udp4"); s.connect(${port}, "${address}", () => s.send("hello")); s.on("error", (e) => { console.log(e.code); s.close() })'`;
        for (const [address, port] of [
          ['8.8.8.8', 123],
          ['8.8.8.8', 123],
          ['127.0.0.1', 123],
          ['198.18.0.9', 123],
          ['198.19.0.9', 443],
          ['8.8.8.8', 124],
        ] as const)
          expect(await sh(say(address, port))).toBe('ECONNREFUSED');
        await vi.waitFor(() => expect(told).toEqual(['8.8.8.8:123', '198.19.0.9:443', '8.8.8.8:124']));
        // A flood of destinations ends in silence; one of a single destination has already been told.
        const flood = `node -e 's = require("dgram").createSocket("udp4"); let n = 0; (function next() { n < 2000 ? s.send("x", 1000 + n++, "10.9.8.7", next) : s.close() })()'`;
        await sh(flood);
        await sandbox.kill();
        expect(told).toHaveLength(mostRefused);
      },
    );

    test(
      verifies('sandbox.no-host-sockets', 'Unix sockets of the host cannot be reached, by path or abstract name'),
      async () => {
        const path = join(await temporaryFolder({ mode: 0o755 }), 'host.sock');
        await listen(
          createTcpServer((socket) => socket.end('host')),
          path,
        );
        const abstract = `clawhold-test-${process.pid}-${Math.random()}`;
        await listen(
          createTcpServer((socket) => socket.end('host')),
          `\0${abstract}`,
        );
        const { sh } = await scene(subject, { forbiddenSockets: [path] });
        expect(await sh(dial(`"${path}"`))).toBe('ENOENT');
        expect(await sh(dial(`"\\0${abstract}"`))).toMatch(/^(ECONNREFUSED|EPERM)$/);
      },
    );

    test('programs inside can serve each other', async () => {
      const request = await prepare(subject);
      const sandbox = await subject.driver().start(request);
      expect(
        await shell(
          sandbox,
          `node -e 'const s=http.createServer((q,a)=>a.end("own")).listen(3000,()=>http.get("http://localhost:3000",(r)=>{r.pipe(process.stdout);s.close()}))'`,
        ),
      ).toBe('own');
      await sandbox.kill();
    });
  });
}
