/**
 * Every limit and default of the platform, once, with its unit in the name and what happens when it is reached.
 * Validators, documentation and help texts are made from this table.
 */
export const limits = {
  /** A person has this long to answer before silence is no. Policy `approvals.expire` overrides it. */
  approvalSeconds: 1_800,
  /** A run waits this long for a person to say whether a lost step happened; then it goes on without it. */
  unknownStepSeconds: 1_800,
  /** A sign-in code from the CLI works once, within this time. */
  signInCodeSeconds: 120,
  /** A console session ends after this long without a request. */
  consoleSessionSeconds: 12 * 3_600,
  /** The link to an agent's own page works once, within this time. */
  controlUiTicketSeconds: 120,
  /** A person's session with an agent's own page ends after this long without a word of theirs, and with the console's at the latest. */
  controlUiSessionSeconds: 3_600,
  /** Connections of an agent's own page in one conversation; beyond it 409. */
  controlUiLinks: 8,
  /** A message of the page to its agent; beyond it the connection is closed. */
  controlUiMessageBytes: 256 * 1024,
  /** A supervisor that could not renew its lease for this long lets nothing pass and ends its sandboxes. */
  leaseSeconds: 10,
  heartbeatSeconds: 2,
  /** The two ends of a channel prove themselves within this time, or it is closed. */
  handshakeMilliseconds: 2_000,

  /** A rule that nobody decides about is no proposal any more after this long. */
  proposalSeconds: 14 * 86_400,
  /** A granted rule lasts at most this long, and may be used at most this often; beyond it accepting is refused. */
  grantSeconds: 90 * 86_400,
  grantUses: 1_000_000,
  /** Open proposals from denials, of one agent; beyond it what was tried least waits. */
  agentProposals: 100,
  /** Rules that one run may ask for; beyond it 429. */
  runProposals: 20,
  /** Requests of a sandbox to `policy.local` in a minute; beyond it 429. */
  policyRequestsPerMinute: 120,
  /** A body that a sandbox sends to `policy.local`; beyond it 413. */
  policyRequestBytes: 16 * 1024,
  /** Requests that one proposal may be about; beyond it 400. */
  proposalRequests: 10,
  /** What an agent may say for a proposal; beyond it 400. UTF-16 code units. */
  proposalCharacters: 1_000,
  /** Denials that a sandbox may read again; older ones are forgotten. */
  rememberedDenials: 50,
  /** Requests of one sandbox that wait for an answer of a person; beyond it 429. */
  policyWaits: 4,
  /** A request that waits for a person is answered after this long in any case. */
  policyWaitSeconds: 20,

  /**
   * A command in a sandbox is killed after this long unless the call asks for less. The launcher does it, also without the
   * supervisor; the time in which a person is asked does not count.
   */
  commandSeconds: 120,
  /** Output of a command beyond this is cut in the middle; the agent is told how much is missing. */
  commandOutputBytes: 256 * 1024,
  /** A file that `file.read` returns is cut at this size. */
  fileReadBytes: 256 * 1024,
  /** A page of the browser as text, for a model; the rest is left out, and it says so. */
  browserPageBytes: 48 * 1024,
  /** A file that the browser takes from the task folder, or fetches into it; beyond it the call fails. */
  browserFileBytes: 8 * 1024 ** 2,
  /** One answer of the browser, with its picture or file; beyond it the browser is ended. */
  browserAnswerBytes: 16 * 1024 ** 2,
  /** MCP servers of one agent; beyond it its manifest is refused. */
  mcpServers: 8,
  /** A message to or from an MCP server in a sandbox; beyond it a request is a 413, and the server is ended. */
  mcpMessageBytes: 1024 ** 2,
  /** Calls of one MCP server at a time; beyond it they are answered with an error. */
  mcpCalls: 16,
  /** One answer of an MCP server, its start included; the time in which a person is asked does not count. */
  mcpCallSeconds: 120,
  /** Messages of an MCP server that nobody asked for, between two answers; beyond it the server is ended. */
  mcpUnaskedMessages: 1_000,
  /** How often an MCP server that ended is started again in one run. */
  mcpRestarts: 3,
  /** Processes and threads in a sandbox; beyond it fork fails with EAGAIN. */
  sandboxProcesses: 256,
  /** Memory of a sandbox; beyond it the kernel kills its largest process. */
  sandboxMemoryBytes: 2 * 1024 ** 3,
  /**
   * The same where an agent of somebody else thinks. OpenClaw holds over 1 GiB and maps several times as much, which is what
   * counts where no control group does: with 4 GiB its threads ended.
   */
  mindMemoryBytes: 8 * 1024 ** 3,
  /** Size of /tmp in a sandbox; beyond it writes fail with ENOSPC. */
  sandboxTemporaryBytes: 512 * 1024 ** 2,
  sandboxOpenFiles: 1_024,
  /** Processors that a sandbox uses at a time; beyond it its programs wait. Below that sandboxes share evenly. */
  sandboxProcessors: 8,
  /** A sandbox ends after this long, also without its supervisor; a run that goes on gets another, on the same files. */
  sandboxSeconds: 24 * 3_600,
  /** What a sandbox moves to and from each disk of its files in a second; beyond it its programs wait. */
  sandboxDiskBytesPerSecond: 1024 ** 3,
  /**
   * What a run may write into its copy of the task folder, checkpoints included: bytes on the disk, and files. Counted when a
   * part of it went from the disk; beyond it the sandbox ends, and none starts until changes are kept or discarded.
   */
  runDiskBytes: 8 * 1024 ** 3,
  runDiskFiles: 1_000_000,

  /** A request line and its headers through the proxy; beyond it 431 and the connection is closed. */
  proxyHeaderBytes: 32 * 1024,
  /** A request body that must be read before the decision; beyond it 413. */
  inspectedBodyBytes: 1024 ** 2,
  /**
   * Bodies that are read before the decision, of all sandboxes at a time; beyond it they wait, sandboxes in turns. As much
   * again of answers that are read before they pass.
   */
  inspectedBytes: 64 * 1024 ** 2,
  /** The same of one sandbox. */
  sandboxInspectedBytes: 16 * 1024 ** 2,
  /** All of a body that is read before the decision comes within this time; beyond it 408. */
  inspectedBodySeconds: 60,
  /** The body of an answer through the proxy; beyond it the answer is cut so that it does not look whole. */
  responseBytes: 16 * 1024 ** 3,
  /** Connections that the proxy is opening at a time, for all sandboxes; beyond it they wait, sandboxes in turns. */
  dials: 256,
  /** The same for one sandbox. */
  sandboxDials: 32,
  /** Requests of one sandbox under way in HTTP/2, over all its connections; beyond it they wait. */
  sandboxRequests: 256,
  /**
   * A body in which a policy forbids something is read before it passes; beyond it a request is a 403, and an answer a 502
   * (of a stream of events each event; the stream is cut).
   */
  detectedBodyBytes: 256 * 1024,
  /** Endpoints of MCP of which tools are pinned, and tools of each; further tools are withheld. */
  pinnedEndpoints: 1_000,
  pinnedTools: 1_000,
  /** What a server says of one tool, where it is pinned; beyond it the tool is withheld. */
  toolDescriptionBytes: 64 * 1024,
  /** Connections of one sandbox at a time; beyond it new ones wait. */
  sandboxConnections: 128,
  /** Hosts of one sandbox that get an address for programs that ignore proxies; beyond it further names fail. */
  sandboxNames: 4_096,
  /** Questions about names of one sandbox in a second; beyond it they get no answer, and programs ask again. */
  nameQueriesPerSecond: 500,
  /** Names that did not exist for a sandbox are shown in its timeline, up to this many. */
  refusedNamesShown: 100,
  /** Addresses that stood for no name and were dialled by a sandbox are findings, up to this many over TCP and over UDP; all are refused. */
  refusedAddressesShown: 20,
  /** A message of a program over a WebSocket; beyond it the connection is closed (1009, too big). */
  webSocketMessageBytes: 16 * 1024 ** 2,
  /** Frames that a message over a WebSocket may come in; beyond it the connection is closed (1009). */
  webSocketFragments: 1_024,
  /** Requests at a time on one connection in HTTP/2; beyond it a stream is refused and may be tried again. */
  connectionStreams: 100,
  /** No byte either way on a connection through the proxy for this long ends it. */
  proxyIdleSeconds: 120,
  /** A connection that passes unread (a database, SSH) is closed when nobody has said anything for this long. */
  tunnelIdleSeconds: 3_600,
  dialSeconds: 10,

  /** Model turns of a run; at the end the run stops and says so. */
  runTurns: 100,
  /** Tool calls that run at the same time in a run. */
  parallelSteps: 4,
  /** Sub-agents below a run, and how deep they may nest. */
  subAgents: 8,
  subAgentDepth: 2,
  /** Tokens of a run when no policy says otherwise. */
  runTokens: 2_000_000,
  runSeconds: 1_800,
  /** A conversation in which nobody says anything for this long ends, as if a person had ended it. */
  conversationIdleSeconds: 3_600,
  /** What an agent keeps from run to run that works whole in the run's sandbox: its archive, and files; beyond it nothing of a run is kept. */
  agentMemoryBytes: 32 * 1024 ** 2,
  agentMemoryFiles: 10_000,
  /** A message of a conversation; beyond it 400. UTF-16 code units. */
  messageCharacters: 100_000,
  /** Attempts of one model request, the first included; only what is safe to repeat is repeated. */
  modelAttempts: 3,
  /** No byte from a model server for this long ends the request. */
  modelIdleSeconds: 120,
  /** An answer beyond this many tokens or bytes is cut off and counts as a failed turn. */
  modelAnswerBytes: 4 * 1024 ** 2,
  /** So much of an answer is shown while it is being written; all of it when it is there. UTF-16 code units. */
  draftCharacters: 65_536,
  /** A request body of an inference call; beyond it 413. */
  modelRequestBytes: 16 * 1024 ** 2,
  /** The conversation is compacted when it would exceed this share of the model's window. */
  compactionShare: 0.8,
} as const;

export type LimitName = keyof typeof limits;
