/**
 * What the published definitions say about the fields that our manifests and claims have: Kubernetes 1.31 (core, apps, node, rbac,
 * networking), kustomize, and kubernetes-sigs/agent-sandbox v1beta1. A server prunes or refuses what is in no definition; here it
 * is refused. A name in a list is one of its words; one element that is no text stands for each element of a list.
 */
type Schema = 'text' | 'texts' | 'flag' | 'count' | readonly string[] | readonly [Fields] | Fields;
interface Fields {
  readonly [name: string]: Schema;
}

const metadata: Fields = {
  name: 'text',
  generateName: 'text',
  namespace: 'text',
  labels: 'texts',
  annotations: 'texts',
};
const selector: Fields = { matchLabels: 'texts' };
const named: Fields = { name: 'text' };
const words: readonly [Fields] = [{}];

const podSpec: Fields = {
  runtimeClassName: 'text',
  serviceAccountName: 'text',
  automountServiceAccountToken: 'flag',
  enableServiceLinks: 'flag',
  hostPID: 'flag',
  restartPolicy: ['Always', 'OnFailure', 'Never'],
  terminationGracePeriodSeconds: 'count',
  nodeSelector: 'texts',
  containers: [
    {
      name: 'text',
      image: 'text',
      command: words,
      env: [{ name: 'text', value: 'text', valueFrom: { fieldRef: { fieldPath: 'text' } } }],
      securityContext: {
        privileged: 'flag',
        runAsUser: 'count',
        runAsGroup: 'count',
        allowPrivilegeEscalation: 'flag',
        readOnlyRootFilesystem: 'flag',
        capabilities: { add: words, drop: words },
        seccompProfile: { type: ['Unconfined', 'RuntimeDefault', 'Localhost'] },
        appArmorProfile: { type: ['Unconfined', 'RuntimeDefault', 'Localhost'] },
      },
      volumeMounts: [{ name: 'text', mountPath: 'text', readOnly: 'flag' }],
    },
  ],
  volumes: [
    { name: 'text', hostPath: { path: 'text', type: ['', 'Directory', 'DirectoryOrCreate', 'File', 'Socket'] } },
  ],
};

const extensions = 'extensions.agents.x-k8s.io/v1beta1';
const rbac = 'rbac.authorization.k8s.io/v1';

/** Of each kind: its group and version, its fields, and which of them it must have. */
const definitions: Readonly<
  Record<string, { readonly of: string; readonly fields: Fields; readonly needs: readonly string[] }>
> = {
  Kustomization: {
    of: 'kustomize.config.k8s.io/v1beta1',
    fields: { namespace: 'text', resources: words, images: [{ name: 'text', newName: 'text', newTag: 'text' }] },
    needs: ['resources'],
  },
  Namespace: { of: 'v1', fields: {}, needs: [] },
  ServiceAccount: { of: 'v1', fields: {}, needs: [] },
  RuntimeClass: { of: 'node.k8s.io/v1', fields: { handler: 'text' }, needs: ['handler'] },
  Role: { of: rbac, fields: { rules: [{ apiGroups: words, resources: words, verbs: words }] }, needs: ['rules'] },
  RoleBinding: {
    of: rbac,
    fields: {
      roleRef: { apiGroup: 'text', kind: ['Role', 'ClusterRole'], name: 'text' },
      subjects: [{ kind: ['ServiceAccount', 'User', 'Group'], name: 'text', namespace: 'text' }],
    },
    needs: ['roleRef', 'subjects'],
  },
  NetworkPolicy: {
    of: 'networking.k8s.io/v1',
    fields: { spec: { podSelector: selector, policyTypes: words } },
    needs: ['spec'],
  },
  StatefulSet: {
    of: 'apps/v1',
    fields: {
      spec: {
        serviceName: 'text',
        replicas: 'count',
        selector,
        template: { metadata, spec: podSpec },
        volumeClaimTemplates: [
          { metadata, spec: { accessModes: words, resources: { requests: { storage: 'text' } } } },
        ],
      },
    },
    needs: ['spec'],
  },
  SandboxTemplate: {
    of: extensions,
    fields: {
      spec: {
        envVarsInjectionPolicy: ['Allowed', 'Overrides', 'Disallowed'],
        volumeClaimTemplatesPolicy: ['Allowed', 'Overrides', 'Disallowed'],
        service: 'flag',
        networkPolicyManagement: ['Managed', 'Unmanaged'],
        networkPolicy: { ingress: words, egress: words },
        podTemplate: { metadata: { labels: 'texts', annotations: 'texts' }, spec: podSpec },
      },
    },
    needs: ['spec'],
  },
  SandboxWarmPool: {
    of: extensions,
    fields: { spec: { replicas: 'count', sandboxTemplateRef: named } },
    needs: ['spec'],
  },
  SandboxClaim: {
    of: extensions,
    fields: {
      spec: {
        warmPoolRef: named,
        lifecycle: { shutdownPolicy: ['Delete', 'DeleteForeground', 'Retain'], ttlSecondsAfterFinished: 'count' },
      },
    },
    needs: ['spec'],
  },
};

/** The first field of a resource that its definition does not have; undefined for a good one. */
export function objectionTo(resource: unknown): string | undefined {
  if (typeof resource !== 'object' || resource === null || !('kind' in resource)) return 'kind';
  const { kind } = resource;
  const definition = typeof kind === 'string' && Object.hasOwn(definitions, kind) ? definitions[kind] : undefined;
  if (definition === undefined) return 'kind';
  for (const name of ['apiVersion', ...definition.needs]) if (!Object.hasOwn(resource, name)) return name;
  return objection(
    resource,
    { kind: [String(kind)], apiVersion: [definition.of], metadata, ...definition.fields },
    String(kind),
  );
}

function objection(value: unknown, schema: Schema, at: string): string | undefined {
  if (schema === 'text') return typeof value === 'string' ? undefined : at;
  if (schema === 'flag') return typeof value === 'boolean' ? undefined : at;
  if (schema === 'count') return Number.isInteger(value) && Number(value) >= 0 ? undefined : at;
  if (schema === 'texts') return isObject(value) && Object.values(value).every(isLabel) ? undefined : at;
  if (isList(schema)) return objectionToList(value, schema, at);
  if (!isObject(value)) return at;
  for (const [name, content] of Object.entries(value)) {
    const known = Object.hasOwn(schema, name) ? schema[name] : undefined;
    const found = known === undefined ? `${at}.${name}` : objection(content, known, `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectionToList(
  value: unknown,
  schema: readonly string[] | readonly [Fields],
  at: string,
): string | undefined {
  const [first] = schema;
  if (typeof first !== 'object') return schema.some((word) => word === value) ? undefined : at;
  if (!Array.isArray(value)) return at;
  const each: Schema = first === words[0] ? 'text' : first;
  return value
    .map((element, index) => objection(element, each, `${at}[${index}]`))
    .find((found) => found !== undefined);
}

function isList(schema: Schema): schema is readonly string[] | readonly [Fields] {
  return Array.isArray(schema);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLabel(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(value);
}
