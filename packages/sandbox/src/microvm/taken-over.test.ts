/**
 * What a machine could do whose QEMU was taken over: a program stands where QEMU would, and says what it likes over the port.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { launcherBinary, makeTemporaryFolder, scale, temporaryFolder, verifies } from '@clawhold/testkit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { prepare } from '../conformance/subject.ts';
import type { LauncherDriver } from '../launcher/driver.ts';
import { spawnLauncher } from '../launcher/spawn.ts';
import { launcherVariant } from '../launcher/testing/variant.ts';

const program = findEngine('microvm') ?? undefined;
const isRoot = process.getuid?.() === 0;

/** Nothing of it is ever run: the other program begins instead of QEMU. */
async function anyKernel(): Promise<string> {
  const folder = await temporaryFolder({ mode: 0o755 });
  for (const path of ['boot', 'lib/modules/1/kernel/fs/9p']) await mkdir(join(folder, path), { recursive: true });
  for (const path of ['boot/vmlinuz-1', 'lib/modules/1/kernel/fs/9p/9p.ko'])
    await writeFile(join(folder, path), 'none');
  return folder;
}

/** Servers of the machine, and how many connections came to them. */
async function hostServers(): Promise<{ port: number; name: string; seen(): number }> {
  let count = 0;
  const name = `clawhold-taken-over-${process.pid}`;
  const listen = async (place: object): Promise<number> => {
    const server = createServer((socket) => {
      count++;
      socket.destroy();
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(place, resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  await listen({ path: `\0${name}` });
  return { port: await listen({ host: '127.0.0.1', port: 0 }), name, seen: () => count };
}

/** Tries each way out, writes what came of it into the task folder, and says the last words over the port. */
const attack = (
  secret: string,
  { port, name }: { port: number; name: string },
  lastWords: string,
): string => `#!/usr/bin/perl
use Socket;
open R, ">", "/sandbox/task/report"; select R; $| = 1;
sub told { my ($what, $done) = @_; print "$what: ", $done ? "done" : "refused", "\\n" }
told("file $_", -e $_) for "/etc/passwd", "/root", "/home", "/run", "/var", "/tmp", "${secret}", "/proc/1/root${secret}", "/sandbox${secret}";
told("write $_", open(my $f, ">", "$_/x")) for "", "/usr", "/usr/bin", "/sandbox", "/sandbox/usr", "/sandbox/etc";
told("tcp", do { socket(my $s, AF_INET, SOCK_STREAM, 0); connect($s, pack_sockaddr_in(${port}, inet_aton("127.0.0.1"))) });
told("abstract", do { socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack("Sa*", AF_UNIX, "\\0${name}")) });
told("family $_", socket(my $s, $_, $_ == 2 ? SOCK_RAW : SOCK_DGRAM, 0)) for 2, 17, 40;
told("mount", !syscall(165, my $a = "none", my $b = "/sandbox/task", my $c = "tmpfs", 0, 0));
told("unshare", !syscall(272, 0x10000000));
told("setuid", !syscall(105, 0));
told("trace", !syscall(101, 16, getppid(), 0, 0));
told("signal", kill(0, ${process.pid}));
open S, "<", "/proc/self/status"; /^(Uid|CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp):/ and print while <S>;
# Over its port: the attendant dials for a machine, and only where listeners are.
open P, "+<&=", 3; binmode P;
my ($into, $over) = (0, 0);
sub say { my ($type, $id, $payload) = @_; syswrite P, pack("VCV", 5 + length $payload, $type, $id) . $payload }
my @places = (inet_aton("127.0.0.1"), inet_aton("198.51.100.1"));
say(6, 0x80000001 + $_, $places[$_] . pack("V", ${port})) for 0, 1;
my $heard = "";
while ($over < 2) {
  last unless sysread P, $heard, 65536, length $heard;
  while (length $heard >= 4 && length $heard >= 4 + unpack("V", $heard)) {
    my ($type, $id, $payload) = unpack("x4 CV a*", substr $heard, 0, 4 + unpack("V", $heard));
    substr($heard, 0, 4 + unpack("V", $heard)) = "";
    next unless $id & 0x80000000;
    $over++, print "dialled ", $id & 0xff, ": nothing\\n" if $type == 10;
    $over++, print "dialled ", $id & 0xff, ": data\\n" if $type == 9;
  }
}
print "end\\n";
syswrite P, ${lastWords};
sleep 1000;
`;

/** Each is refused whole: a start that does not come to an end is no sandbox. */
const words: readonly [what: string, perl: string][] = [
  ['a birth', `pack("VCV", 5 + 5, 4, 0) . "b" . pack("V", getppid())`],
  ['a frame that is too long', 'pack("V", 0xfffffff0)'],
  ['an answer that is none', 'pack("VCV", 5 + 3, 5, 0) . "abc"'],
  ['data nobody asked for', 'pack("VCV", 5 + 6, 9, 77) . chr(200) . pack("V", 1) . "x"'],
  ['a word that is none', 'pack("VCV", 5, 99, 0)'],
];

/** A launcher for which another program stands where QEMU would. Default: the launcher as it is. */
async function driverWith(instead: string, launcher: Promise<string> = launcherBinary()): Promise<LauncherDriver> {
  const binary = await launcher;
  const through = ['unshare', '--mount', 'sh', '-c', `mount --bind ${instead} ${program} && exec "$@"`, 'sh'];
  const driver = await spawnLauncher({ binary, engine: 'microvm', guestKernel: await anyKernel(), through });
  onTestFinished(() => driver.close());
  return driver;
}

test.skipIf(program === undefined || !isRoot)(
  verifies('sandbox-drivers.choice', 'a QEMU that ends before its machine is ready is a sentence'),
  async () => {
    const driver = await driverWith('/bin/false');
    const subject = { name: 'ends', tier: 'sandboxed', owner: { uid: 0, gid: 0 }, driver: () => driver } as const;
    await expect(driver.start(await prepare(subject))).rejects.toMatchObject({
      code: 'sandbox_engine_failed',
      message: 'microvm could not make the sandbox: its machine ended before it was ready.',
    });
  },
);

/** What came of an attack: how the start ended, what the program wrote down, and how many of the host's servers it reached. */
async function takeOver(lastWords: string, launcher?: Promise<string>) {
  const folder = await temporaryFolder({ mode: 0o755 });
  const secret = join(folder, 'secret');
  await writeFile(secret, 'secret', { mode: 0o644 });
  const servers = await hostServers();
  const instead = join(folder, 'instead');
  await writeFile(instead, attack(secret, servers, lastWords));
  await chmod(instead, 0o755);
  const driver = await driverWith(instead, launcher);

  const subject = { name: 'taken over', tier: 'sandboxed', owner: { uid: 0, gid: 0 }, driver: () => driver } as const;
  const request = await prepare(subject);
  const refusal = await driver.start(request).catch((error: unknown) => error);
  return { refusal, report: await readFile(join(request.storage, 'view/upper/report'), 'utf8'), seen: servers.seen() };
}

test.skipIf(program === undefined || !isRoot).each(words)(
  verifies('sandbox-drivers.machine', 'a QEMU that was taken over finds no other way out, and cannot say %s'),
  async (_, lastWords) => {
    const { refusal, report, seen } = await takeOver(lastWords);
    expect(refusal).toMatchObject({
      code: 'sandbox_setup_failed',
      message: 'The sandbox ended while it was being built.',
    });
    expect(report).toMatch(/^dialled \d: nothing\ndialled \d: nothing\nend\n$/m);
    expect(report).not.toMatch(/: done$/m);
    expect(report.match(/: refused$/gm)?.length).toBe(25);
    expect(report).toMatch(/^NoNewPrivs:\t1$/m);
    expect(report).toMatch(/^Seccomp:\t2$/m);
    for (const set of ['CapEff', 'CapPrm', 'CapBnd']) expect(report).toMatch(new RegExp(`^${set}:\t0+$`, 'm'));
    expect(seen).toBe(0);
  },
);

const cache = await makeTemporaryFolder();
afterAll(() => cache[Symbol.asyncDispose]());

/** Without a guard that program has what the guard takes from it: so the test above would be red. */
const guards: readonly [define: string, has: RegExp][] = [
  ['WITHOUT_SECCOMP', /^unshare: done$[\s\S]*^Seccomp:\t0$/m],
  ['WITHOUT_NO_NEW_PRIVILEGES', /^NoNewPrivs:\t0$/m],
  ['WITHOUT_CAPABILITY_DROP', /^CapBnd:\t0*[1-9a-f]/m],
];

test.skipIf(program === undefined || !isRoot || scale(1) === 1).each(guards)(
  verifies('sandbox-drivers.machine', 'the attack bites: without a guard (%s) it has what that guard takes'),
  async (define, has) => {
    expect((await takeOver(words[0]?.[1] ?? '', launcherVariant([define], cache.path))).report).toMatch(has);
  },
);
