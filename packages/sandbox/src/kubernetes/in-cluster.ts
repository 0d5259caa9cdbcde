import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SandboxClaims } from './claims.ts';

/** Where a pod finds its service account: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The name of the warm pool in deploy/kubernetes. */
export const poolName = 'clawhold';

/** The claims of a supervisor that runs as a pod of the cluster. */
export function claimsInCluster(): SandboxClaims {
  const read = (name: string): string => readFileSync(join(accountFolder, name), 'utf8').trim();
  return new SandboxClaims({
    cluster: {
      server: new URL('https://kubernetes.default.svc'),
      authorities: read('ca.crt'),
      token: () => read('token'),
    },
    namespace: read('namespace'),
    pool: poolName,
    owner: hostname(),
  });
}
