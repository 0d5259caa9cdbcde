import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const ceiling =
  'version: 1\nname: ceiling\nservices: { raw.local: { socket: raw.sock }, finance.local: { socket: finance.sock } }\n';

/** A scene whose policy opens raw.local:25 and reading from finance.local for one executable. */
async function openFor(binary: string): Promise<Scene> {
  const scene = await startScene();
  const agent = `version: 1
name: worker
network_policies:
  narrow:
    endpoints:
      - { host: raw.local, port: 25 }
      - { host: finance.local, port: 80, access: read-only }
    binaries: [{ path: ${binary} }]
`;
  await scene.ask('publishPolicy', { ceiling, agents: { worker: agent } });
  await scene.open();
  return scene;
}

async function run(scene: Scene, command: string): Promise<string> {
  const { outcome } = await scene.call('shell.exec', { command });
  return outcome.kind === 'done' ? outcome.output.trim() : JSON.stringify(outcome);
}

/** Dials without a proxy, says `ping`, prints what comes back. */
const inPerl = `-e 'use IO::Socket::INET; $s = IO::Socket::INET->new("raw.local:25") or die; print $s "ping"; $s->flush; print <$s> // "nothing"'`;
const perl = `perl ${inPerl}`;
const inNode = `node -e 's = net.connect(25, "raw.local", () => s.write("ping")); s.on("error", (e) => console.log(e.code)).pipe(process.stdout)'`;
const head = 'CONNECT raw.local:25 HTTP/1.1\\r\\nHost: raw.local:25\\r\\n\\r\\n';
const openProxy = 'exec 3<>/dev/tcp/127.0.0.1/3128';
/** Says a text to descriptor 3 and prints the first line of what comes back. */
const perlSays = (words: string): string =>
  `perl -e 'open(S, "+<&=3"); syswrite(S, "${words}"); sysread(S, $b, 12); print $b'`;

test(
  verifies('egress.executables', 'in a sandbox: a rule for one executable is open for it and no other'),
  async () => {
    const scene = await openFor('/usr/bin/perl');
    expect(await run(scene, perl)).toBe('pong');
    expect(await run(scene, inNode)).toBe('ECONNRESET');
    // The same by the proxy, where a program is told why.
    const absolute =
      'path: "http://finance.local/accounts", headers: { host: "finance.local" }, agent: new http.Agent()';
    const refused = await run(
      scene,
      `node -e 'http.get({ port: 3128, ${absolute} }, (a) => { console.log(a.statusCode); a.pipe(process.stdout) })'`,
    );
    expect(refused).toMatch(/^403\n.*"policy_denied".*for the program \S*node, .*endpoints\[1\] is for other programs/);
    const asked = `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:3128"); print $s "GET http://finance.local/accounts HTTP/1.1\\r\\nHost: finance.local\\r\\nConnection: close\\r\\n\\r\\n"; print scalar <$s>'`;
    expect(await run(scene, asked)).toBe('HTTP/1.1 201 Created');
    // By what it is, not where it claims to be from.
    expect(await run(scene, `cp /usr/bin/perl other; ./other ${inPerl}`)).toBe('nothing');
    expect(await run(scene, `cat > claim.sh <<'END'\nexec -a /usr/bin/perl ${inNode}\nEND\nbash claim.sh`)).toBe(
      'ECONNRESET',
    );
    expect(scene.tunnels()).toBe(1);
    expect(scene.received).toEqual(['GET /accounts']);
  },
);

test(verifies('egress.executables', 'in a sandbox: what a named executable starts may call too'), async () => {
  const scene = await openFor('/task/agent-tool');
  await run(scene, 'cp /usr/bin/perl agent-tool');
  expect(await run(scene, perl)).toBe('nothing');
  const started = `cat > child.sh <<'END'\n${perl}\nEND\n./agent-tool -e 'system("sh", "child.sh")'`;
  expect(await run(scene, started)).toBe('pong');
});

test(
  verifies('egress.executables', "in a sandbox: the platform's own requests are those of the program that sends them"),
  async () => {
    const fetchAccounts = (scene: Scene) => scene.call('http.fetch', { url: 'http://finance.local/accounts' });
    const forNode = await openFor('/opt/node/bin/node');
    expect((await fetchAccounts(forNode)).outcome).toMatchObject({ kind: 'done' });
    const forPerl = await openFor('/usr/bin/perl');
    expect((await fetchAccounts(forPerl)).outcome).toMatchObject({ kind: 'denied' });
    expect(forPerl.received).toEqual([]);
  },
);

test(verifies('egress.executables', 'in a sandbox: a connection that two programs hold is nobody’s'), async () => {
  const scene = await openFor('/usr/bin/perl');
  expect(await run(scene, `bash -c '${openProxy}; ${perlSays(head).replaceAll("'", `'"'"'`)}; true'`)).toBe(
    'HTTP/1.1 403',
  );
  expect(scene.tunnels()).toBe(0);
});

const script = inPerl.slice("-e '".length, -1);

/** Says `ping` before the program begins that it is loaded into. */
const library = `
#include <netdb.h>
#include <unistd.h>
__attribute__((constructor)) static void begin(void) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
  char answer[64];
  if (getaddrinfo("raw.local", "25", &hints, &found)) return;
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s, found->ai_addr, found->ai_addrlen) || write(s, "ping", 4) != 4) return;
  ssize_t length = read(s, answer, sizeof answer);
  if (length > 0) (void)!write(1, answer, length);
  close(s);
}`;

/** What `binaries` does not hold. Each is written down in architecture/egress.md; a rule must not rest on more than it is. */
test(verifies('egress.executables', 'in a sandbox: what a program is made to do counts as done by it'), async () => {
  const scene = await openFor('/usr/bin/perl');
  // A descriptor that is handed over an exec: what was written before counts as the new program's.
  const split = head.slice(0, 20);
  const handed = `bash -c '${openProxy}; printf "${split}" >&3; exec ${perlSays(head.slice(20)).replaceAll("'", `'"'"'`)}'`;
  expect(await run(scene, handed)).toBe('HTTP/1.1 200');
  // A library that is loaded beforehand, and does in the program what another program may not.
  await run(scene, `cat > evil.c <<'END'\n${library}\nEND\ngcc -shared -fPIC -o evil.so evil.c`);
  expect(await run(scene, 'LD_PRELOAD=$PWD/evil.so cat /dev/null')).toBe('(no output)');
  expect(await run(scene, 'LD_PRELOAD=$PWD/evil.so perl -e 1')).toBe('pong');
  // An interpreter is its own executable, whatever it reads: a script cannot be named.
  await run(scene, `cat > evil.pl <<'END'\n${script}\nEND`);
  expect(await run(scene, 'perl evil.pl')).toBe('pong');
});

test(verifies('egress.executables', 'in a sandbox: a script is its interpreter'), async () => {
  const scene = await openFor('/task/script');
  await run(scene, `cat > script <<'END'\n#!/usr/bin/perl\n${script}\nEND\nchmod +x script`);
  expect(await run(scene, './script')).toBe('nothing');
});
