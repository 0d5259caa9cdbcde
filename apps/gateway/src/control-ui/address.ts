/** Of one part of a host name (RFC 1035, section 2.3.4). */
const longestLabel = 63;

/**
 * The host name under which the page of an agent is served. It is a site of its own to browsers (a registrable name below `localhost`), so
 * that neither another agent's page nor the console shares a cookie, a storage or a frame with it. Undefined when no host can be named so.
 */
export function controlUiHost(agent: string, port: number): string | undefined {
  const label = `agent-${agent}`;
  return label.length <= longestLabel && /[^-]$/.test(label) ? `${label}.localhost:${port}` : undefined;
}

/** Whose page a request is for; undefined when for none. */
export function agentOfHost(host: string, port: number): string | undefined {
  const agent = /^agent-([a-z0-9][a-z0-9-]*)\.localhost:\d+$/.exec(host)?.[1];
  return agent !== undefined && controlUiHost(agent, port) === host ? agent : undefined;
}
