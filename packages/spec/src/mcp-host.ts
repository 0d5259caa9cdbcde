/** Part of a host name, and of the names under which agents call tools: without what any of these writes otherwise. */
export const mcpServerName = /^[a-z][a-z0-9]{0,19}$/;

const domain = '.mcp.local';

/** The host at which an agent finds an MCP server of its own. */
export function mcpHost(name: string): string {
  return `${name}${domain}`;
}

/** The server that a host stands for; undefined for every other host. */
export function mcpServerAt(host: string): string | undefined {
  const name = host.endsWith(domain) ? host.slice(0, -domain.length) : '';
  return mcpServerName.test(name) ? name : undefined;
}
