import { execFile } from 'node:child_process';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { compileProgram } from './c-program.ts';
import { ordinaryUser } from './ordinary-user.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { inTestNetwork, startTestNetwork } from './test-network.ts';

/** Serves one connection on a public address and port, and asks itself by name. */
const talkToOneself = `
  const server = require('node:http').createServer((q, a) => a.end('from ' + q.socket.localAddress + ' for ' + q.headers.host));
  server.listen(443, '203.0.113.7', async () => {
    console.log(await (await fetch('http://bank.example:443/')).text());
    server.close();
  });`;

test('a public address and a privileged port belong to whoever listens on them inside', async () => {
  const { stdout, stderr } = await inTestNetwork([process.execPath, '-e', talkToOneself], {
    hosts: { 'bank.example': '203.0.113.7' },
  });
  expect(stdout, stderr).toBe('from 203.0.113.7 for bank.example:443\n');
});

test('names that the test did not give do not exist', async () => {
  const lookUp = "require('node:dns').lookup('example.com', (error) => console.log(error?.code))";
  const { stdout } = await inTestNetwork([process.execPath, '-e', lookUp]);
  expect(stdout).toMatch(/^(ENOTFOUND|EAI_AGAIN)\n$/);
});

test('two networks are apart, two commands in one network are not', async () => {
  await using first = await startTestNetwork();
  await using second = await startTestNetwork();
  const inode = ['readlink', '/proc/self/ns/net'];
  const [once, again, elsewhere] = [await first.run(inode), await first.run(inode), await second.run(inode)];
  expect(once.stdout).toBe(again.stdout);
  expect(once.stdout).not.toBe(elsewhere.stdout);
});

test('the working folder, the arguments and the exit status are those of the command', async () => {
  const { status, stdout } = await inTestNetwork(['sh', '-c', 'pwd; echo "$1"; exit 7', '-', 'a b']);
  expect({ status, stdout }).toEqual({ status: 7, stdout: `${process.cwd()}\na b\n` });
});

test('an ordinary user makes one too, and stays who they are', async () => {
  const user = await ordinaryUser();
  const program = join(await temporaryFolder({ mode: 0o711 }), 'testnet');
  await copyFile(await compileProgram('native/testnet/testnet.c'), program);
  await chmod(program, 0o755);
  const words = ['sh', '-c', 'id -u; grep CapEff /proc/self/status; cat /etc/resolv.conf; cat /proc/net/fib_trie'];
  const identity = user.uid === process.getuid?.() ? {} : { uid: user.uid, gid: user.gid };
  const { stdout } = await promisify(execFile)(program, words, { cwd: '/', ...identity });
  expect(stdout).toMatch(new RegExp(`^${user.uid}\nCapEff:\t0+\n`));
  expect(stdout).toContain('/0 host LOCAL');
});
