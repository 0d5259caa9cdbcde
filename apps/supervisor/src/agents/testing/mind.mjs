// Stands where OpenClaw would be installed, and does what its task says: a list of things to try, as JSON. What came of
// each is its answer.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { serveGateway } from './mind-gateway.mjs';

const workspace = '/task/openclaw-ssh-workspace-0123/workspace';
const quote = (word) => `'${word.replaceAll("'", `'"'"'`)}'`;

/** As OpenClaw starts what it takes for ssh(1). */
function remote(words, input = '') {
  const ssh = ['-F', '/tmp/config', '-T', '-o', 'RequestTTY=no', 'openclaw-sandbox', words.map(quote).join(' ')];
  const { status, stdout, stderr } = spawnSync('/opt/clawhold/hands/ssh.mjs', ssh, { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const deeds = {
  exec(command) {
    const folder = '/tmp/openclaw-sandbox-exec-1';
    const inner = `cd ${quote(workspace)} && ${command}`;
    remote(
      ['/bin/sh', '-c', 'cat > "$1/exec.sh"', 'openclaw-sandbox-exec-stage', folder],
      `#!/bin/sh\nset -e\nexport HOME=${quote(workspace)}\nexec '/bin/sh' '-c' ${quote(inner)}\n`,
    );
    return remote(['/bin/sh', `${folder}/exec.sh`]);
  },
  write: ({ path, content }) => remote(fs('write', workspace, '', path, '1'), content),
  read: (path) => remote(fs('read', workspace, '', path)),
  raw: (words) => remote(words),
  environment: () => Object.keys(process.env).toSorted(),
  files: (path) => (existsSync(path) ? readdirSync(path) : []),
  local: ({ path, content }) => attempt(() => writeFileSync(path, content)),
  run: (command) => attempt(() => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })),
  configuration: () => JSON.parse(readFileSync('/opt/clawhold/agent/openclaw.json', 'utf8')),
  /** Bytes of its own choice to the remote shell; what comes back. */
  bytes: (text) =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect({ host: '198.18.0.2', port: 22 });
      socket.on('data', (data) => (answer += data)).on('error', () => undefined);
      socket.on('close', () => resolve(answer));
      socket.end(text);
    }),
  fail: () => process.exit(3),
  /** Asks people, as OpenClaw's own approvals do. */
  ask: (request, { ask }) => ask(request),
  /** Asks people, and answers by itself. */
  pretend(request, { broadcast }) {
    broadcast('plugin.approval.requested', { id: 'plugin:own', request });
    broadcast('plugin.approval.resolved', { id: 'plugin:own', decision: 'allow-once' });
  },
};

const fs = (...words) => [
  '/bin/sh',
  '-c',
  'set -eu\npython3 -c "$python_script" "$@"',
  'openclaw-sandbox-fs',
  ...words,
];

function attempt(work) {
  try {
    return { ok: true, is: work() ?? '' };
  } catch (error) {
    return { ok: false, is: String(error.code ?? error.status) };
  }
}

async function doDeeds(list, gateway) {
  const came = [];
  for (const [deed, value] of list) came.push(await deeds[deed](value, gateway));
  return came;
}

if (process.argv.includes('gateway')) serveGateway(doDeeds);
else {
  const task = readFileSync(process.argv[process.argv.indexOf('--message-file') + 1], 'utf8');
  console.log(JSON.stringify({ payloads: [{ text: JSON.stringify(await doDeeds(JSON.parse(task))) }] }));
}
