import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifests, repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { claimFor } from './claim.ts';
import { poolName } from './in-cluster.ts';
import { neededRights } from './needed-rights.ts';
import { objectionTo } from './testing/schema.ts';

const manifests = readManifests(join(repositoryRoot, 'deploy/kubernetes'));

/** The only one of a kind, or that with a name; its fields are compared whole, never trusted. */
function find(kind: string, name = 'clawhold'): unknown {
  return manifests.map(({ content }) => content).find((content) => matches(content, { kind, metadata: { name } }));
}

function matches(content: unknown, part: object): boolean {
  try {
    expect(content).toMatchObject(part);
    return true;
  } catch {
    return false;
  }
}

test('manifests and claims are what the definitions say, and kustomize has every file', () => {
  expect(manifests.length).toBeGreaterThan(9);
  for (const { file, content } of manifests) expect(`${file}: ${objectionTo(content) ?? 'good'}`).toBe(`${file}: good`);
  expect(objectionTo(claimFor({ pool: poolName, owner: 'node-1', sandbox: 'sbx_7k2m9qx4hc' }))).toBeUndefined();
  expect(objectionTo({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', owner: 'b' } })).toBe(
    'Namespace.metadata.owner',
  );
  const files = new Set(manifests.map(({ file }) => file).filter((file) => file !== 'kustomization.yaml'));
  const kustomization = manifests.find(({ file }) => file === 'kustomization.yaml')?.content;
  expect(kustomization).toMatchObject({ resources: expect.arrayContaining([...files]), namespace: 'clawhold' });
});

test(
  verifies(
    'sandbox-drivers.kubernetes-rights',
    'the Role of the manifests is what the code needs, and there is no other',
  ),
  () => {
    const rules = Object.entries(neededRights).map(([resource, verbs]) => {
      const [group, name] = resource.split('/');
      return { apiGroups: [group], resources: [name], verbs };
    });
    expect(find('Role')).toMatchObject({ rules });
    const kinds = manifests.map(({ content }) =>
      typeof content === 'object' && content !== null && 'kind' in content ? content.kind : '',
    );
    expect(kinds.filter((kind) => /Role|Account/.test(String(kind))).toSorted()).toEqual([
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
    expect(find('RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: 'clawhold' },
      subjects: [{ kind: 'ServiceAccount', name: 'clawhold', namespace: 'clawhold' }],
    });
  },
);

test(
  verifies(
    'sandbox-drivers.kubernetes-pods',
    "a sandbox's pod has no token, no capability, no network and one read-only folder",
  ),
  () => {
    expect(find('SandboxWarmPool', poolName)).toMatchObject({ spec: { sandboxTemplateRef: { name: 'clawhold' } } });
    const source = (name: string): string =>
      readFileSync(join(repositoryRoot, 'native/launcher/src/container', name), 'utf8');
    const constant = (text: string, name: string): string =>
      new RegExp(`#define ${name} "([^"]+)"`).exec(text)?.[1] ?? '';
    const place = constant(source('visit.h'), 'VISIT_PLACE');
    const labels = { 'app.kubernetes.io/name': 'clawhold-sandbox' };
    expect(find('SandboxTemplate')).toMatchObject({
      spec: {
        envVarsInjectionPolicy: 'Disallowed',
        volumeClaimTemplatesPolicy: 'Disallowed',
        networkPolicyManagement: 'Managed',
        networkPolicy: { ingress: [], egress: [] },
        podTemplate: {
          metadata: { labels },
          spec: {
            runtimeClassName: 'clawhold',
            automountServiceAccountToken: false,
            restartPolicy: 'Never',
            containers: [
              {
                command: [`${place}/${constant(source('visit.h'), 'VISIT_PROGRAM')}`, 'visit', '$(POD_NAME)'],
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [{ name: 'invitations', mountPath: place, readOnly: true }],
              },
            ],
            volumes: [{ name: 'invitations', hostPath: { path: constant(source('invitation.c'), 'PLACE') } }],
          },
        },
      },
    });
    const text = JSON.stringify(find('SandboxTemplate'));
    for (const word of ['privileged', 'hostPID', 'hostNetwork', 'hostIPC', 'secret', '"add"', 'serviceAccountName'])
      expect(text).not.toContain(word);
    expect(find('RuntimeClass')).toBeDefined();
    expect(find('NetworkPolicy', 'clawhold-sandboxes')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'clawhold-sandboxes', namespace: 'clawhold' },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'] },
    });
  },
);
