import { createServer, type Socket } from 'node:net';
import { type SandboxDriverName, sandboxDrivers } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import type { AcceptedConnection, Holder } from '../holder.ts';
import type { Sandbox } from '../sandbox.ts';
import { type ConformanceSubject, type Scene, scene } from './subject.ts';

const listeners = [{ name: 'door', address: '198.18.0.1', port: 80 }];
/** The file that bash opens a connection by. */
const door = '/dev/tcp/198.18.0.1/80';

/** A program of one line of C's worth, in Node: does something with a connection. */
const node = (script: string): string => `node -e '${script}'`;

interface Door extends Scene {
  /** Who held each connection when it was accepted, in their order. */
  readonly seen: readonly (readonly Holder[])[];
}

/** A sandbox with a server that asks who called, and only then answers. */
async function openDoor(
  subject: ConformanceSubject,
  ask = (sandbox: Sandbox, end: AcceptedConnection) => sandbox.holders(end),
): Promise<Door> {
  const made = await scene(subject, { listeners });
  const seen: (readonly Holder[])[] = [];
  const serve = async (socket: Socket): Promise<void> => {
    seen.push(await ask(made.sandbox, endsOf(socket)));
    socket.end('seen');
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    void serve(socket);
  });
  made.sandbox.listener('door').attach(server);
  return { ...made, seen };
}

function endsOf({ localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 }: Socket): AcceptedConnection {
  return { localAddress, localPort, remoteAddress, remotePort };
}

/** Which programs hold a connection: found from outside, believed from nobody inside. */
export function testCallers(subject: ConformanceSubject, engine: SandboxDriverName): void {
  if (sandboxDrivers[engine].ownKernel) {
    test(verifies('sandbox-drivers.abilities', 'a driver that cannot tell who called names nobody'), async () => {
      const { sh, seen } = await openDoor(subject);
      expect(await sh(`bash -c 'exec 3<>${door}; cat <&3'`)).toBe('seen');
      expect(seen).toEqual([[]]);
    });
    return;
  }

  describe('callers', () => {
    test(verifies('sandbox.callers', 'the program that holds a connection is known, with its ancestors'), async () => {
      const { sh, seen } = await openDoor(subject);
      const perl = `perl -e 'use Socket; socket(S, 2, 1, 0); connect(S, pack_sockaddr_in(80, inet_aton("198.18.0.1"))); print <S>'`;
      expect(await sh(perl)).toBe('seen');
      expect(await sh(`bash -c '(cat <${door}); true'; true`)).toBe('seen');
      expect(await sh(`cp /usr/bin/perl /tmp/git && /tmp/git${perl.slice('perl'.length)}`)).toBe('seen');
      const [plain, nested, copied] = seen;
      expect(plain).toMatchObject([{ executable: '/usr/bin/perl', ancestors: [expect.stringMatching(/sh$/)] }]);
      expect(nested?.[0]?.ancestors).toEqual(expect.arrayContaining(['/usr/bin/bash']));
      // By what it is, not by what it calls itself.
      expect(copied).toMatchObject([{ executable: '/tmp/git' }]);
    });

    test(
      verifies('sandbox.callers', 'a program that hides from its own kind is nobody at most, and never another'),
      async () => {
        const { sh, seen } = await openDoor(subject);
        const hidden = `perl -e 'use Socket; syscall(${process.arch === 'arm64' ? 167 : 157}, 4, 0, 0, 0, 0); $0 = "/usr/bin/git"; socket(S, 2, 1, 0); connect(S, pack_sockaddr_in(80, inet_aton("198.18.0.1"))); print <S>'`;
        expect(await sh(hidden)).toBe('seen');
        // Without the rights of root not even its descriptors can be listed.
        expect(seen).toMatchObject([subject.tier === 'sandboxed' ? [{ executable: '/usr/bin/perl' }] : []]);
      },
    );

    test(verifies('sandbox.callers', 'who is gone is nobody, and who shares a connection is named too'), async () => {
      const gone = await openDoor(subject, async (sandbox, end) => {
        while ((await sandbox.holders(end)).length > 0);
        return sandbox.holders(end);
      });
      await gone.sh(`bash -c 'exec 3<>${door}; printf hello >&3'`);
      await expect.poll(() => gone.seen).toEqual([[]]);

      // The shell keeps its descriptor while a program inherits it.
      const shared = await openDoor(subject, async (sandbox, end) => {
        for (;;) {
          const holders = await sandbox.holders(end);
          // Between fork and exec both are the shell.
          if (new Set(holders.map(({ executable }) => executable)).size > 1) return holders;
        }
      });
      expect(await shared.sh(`bash -c 'exec 3<>${door}; cat <&3; true'`)).toBe('seen');
      const names = shared.seen[0]?.map(({ executable }) => executable).toSorted();
      expect(names).toEqual(['/usr/bin/bash', '/usr/bin/cat']);
    });

    test(verifies('sandbox.callers', 'a parent that ended is no ancestor any more'), async () => {
      const { sh, seen } = await openDoor(subject);
      const orphan =
        'const asked = setInterval(() => { if (process.ppid !== 1) return; clearInterval(asked);' +
        ' net.connect(80, "198.18.0.1").pipe(process.stdout) }, 10)';
      expect(
        await sh(
          `(setsid ${node(orphan)} > /tmp/said &); while ! grep -q seen /tmp/said 2>/dev/null; do sleep 0.05; done; cat /tmp/said`,
        ),
      ).toBe('seen');
      expect(seen).toEqual([[{ executable: '/opt/node/bin/node', ancestors: [] }]]);
    });

    test(verifies('sandbox.callers', 'whoever only listens where a connection would be does not hold it'), async () => {
      const { sh, sandbox } = await scene(subject, { listeners });
      const end = { localAddress: '198.18.0.1', localPort: 80, remoteAddress: '198.18.0.1', remotePort: 40_000 };
      expect(await sandbox.holders(end)).toEqual([]);
      expect(await sandbox.holders({ ...end, remoteAddress: '::1' })).toEqual([]);
      await sh(
        `(setsid ${node('net.createServer().listen(40000, () => console.log("up"))')} > /tmp/said &); while ! grep -q up /tmp/said; do sleep 0.05; done`,
      );
      expect(await sandbox.holders(end)).toEqual([]);
    });
  });
}
