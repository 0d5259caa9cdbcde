/** Where a database is and as whom to use it. */
export interface Connection {
  readonly socketFolder: string;
  readonly role: string;
  readonly password: string;
  readonly database: string;
}

/**
 * A connection string for a Unix socket. The host in it is a placeholder; pg, Kysely and DBOS take the folder from
 * the parameter `host`, as libpq does (PostgreSQL documentation, 32.1.1.2).
 */
export function connectionUrl(connection: Connection): string {
  const [role, password, database, folder] = [
    connection.role,
    connection.password,
    connection.database,
    connection.socketFolder,
  ].map(encodeURIComponent);
  return `postgresql://${role}:${password}@localhost/${database}?host=${folder}`;
}
