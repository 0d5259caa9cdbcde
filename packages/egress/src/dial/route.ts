import { connect, type Socket } from 'node:net';

/** Where a connection will be opened: checked, and never looked up again. */
export type Route =
  | { readonly kind: 'address'; readonly address: string; readonly port: number }
  | { readonly kind: 'service'; readonly name: string; readonly port: number }
  | { readonly kind: 'service'; readonly name: string; readonly socket: string };

/** How a route is written in the ledger and in an approval: `address:port` or `service:<name>`. */
export function writeRoute(route: Route): string {
  if (route.kind === 'service') return `service:${route.name}`;
  return route.address.includes(':') ? `[${route.address}]:${route.port}` : `${route.address}:${route.port}`;
}

/** Opens a socket to a route. */
export type Connect = (route: Route) => Socket;

/** The real thing. `address` is a literal, so the system resolves nothing here. */
export function connectRoute(route: Route): Socket {
  if (route.kind === 'address') return connect({ host: route.address, port: route.port, noDelay: true });
  return 'socket' in route
    ? connect({ path: route.socket })
    : connect({ host: '127.0.0.1', port: route.port, noDelay: true });
}
