export type { Account } from './account.ts';
export {
  type DatabaseSpecification,
  dropDatabase,
  ensureDatabase,
  ensureRoles,
  type RoleSpecification,
} from './administration.ts';
export { type Cluster, type ClusterEnd, type ClusterOptions, startCluster } from './cluster.ts';
export { type Connection, connectionUrl } from './connection-url.ts';
export { superuser } from './data-folder.ts';
export { desktopSettings, type Settings } from './settings.ts';
