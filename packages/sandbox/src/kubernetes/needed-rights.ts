/**
 * What the service account of a supervisor may do in its namespace, and nothing else: the Role of deploy/kubernetes says the same.
 * It can make no pod, and change none: what a pod of a sandbox is, is the template's, which it cannot touch either.
 */
export const neededRights: Readonly<Record<string, readonly string[]>> = {
  'extensions.agents.x-k8s.io/sandboxclaims': ['create', 'delete', 'list', 'watch'],
  'agents.x-k8s.io/sandboxes': ['get'],
};
