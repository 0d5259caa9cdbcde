// Made by packages/client/scripts/generate.mjs from openapi.json.
export interface paths {
  readonly '/sign-in/codes': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** A code that signs one browser in, once, soon. Put it into the fragment of the console’s URL. */
    readonly post: operations['createSignInCode'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/sign-in': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Exchanges a code for a session: an HttpOnly cookie, and a secret that every request carries in a header. */
    readonly post: operations['signIn'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/sign-out': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Ends the session of this browser. */
    readonly post: operations['signOut'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/session': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Who is signed in. */
    readonly get: operations['getSession'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The runs, newest first. */
    readonly get: operations['listRuns'];
    readonly put?: never;
    /** Gives an agent a task. */
    readonly post: operations['createRun'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** One run. */
    readonly get: operations['getRun'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/timeline': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** What happened in a run, at most 500 entries after a position. */
    readonly get: operations['getTimeline'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/events': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** A run live, as server-sent events: `entry` (a timeline entry), `run` (the run after a change), `heartbeat`. */
    readonly get: operations['followRun'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/stop': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Stops a run: its sandbox is killed, its questions are void. */
    readonly post: operations['stopRun'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/stop': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Stops every run. */
    readonly post: operations['stopAll'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/changes': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** What a run changed, files that your own tools would execute first. */
    readonly get: operations['listChanges'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/changes/diff': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The two sides of one changed file, as hunks of lines. */
    readonly get: operations['diffFile'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/keep': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Puts the changes that were shown (by their digest) into the task folder. Nothing is written when one conflicts. */
    readonly post: operations['keepChanges'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/discard': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Drops the changes of a run before they were kept. */
    readonly post: operations['discardChanges'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/runs/{run}/undo': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Takes kept changes back, and lists what happened outside that cannot be taken back. */
    readonly post: operations['undoChanges'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/approvals': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Questions to people, newest first. */
    readonly get: operations['listApprovals'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/approvals/{approval}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** One question. */
    readonly get: operations['getApproval'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/approvals/{approval}/approve': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Says yes to exactly the action with this digest, once. */
    readonly post: operations['approve'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/approvals/{approval}/deny': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Says no. */
    readonly post: operations['deny'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/policies/check': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Validates a policy document and warns about rules that do nothing or too much. */
    readonly post: operations['checkPolicy'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/policies': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The documents in force, with the digest of each compiled snapshot. */
    readonly get: operations['listPolicies'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/policies/reload': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Reads the operator’s folder again. A document that does not validate changes nothing. */
    readonly post: operations['reloadPolicies'];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/audit/entries': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Records of the ledger after a position, at most 500; `after` negative counts from the end. */
    readonly get: operations['listLedgerEntries'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/audit/tail': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** New records of the ledger as server-sent events `entry`. */
    readonly get: operations['tailLedger'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/audit/export': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The whole ledger as NDJSON for the offline verifier. */
    readonly get: operations['exportLedger'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/audit/head': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The last signed tree head, the heads kept outside the database, and the public key. */
    readonly get: operations['getLedgerHead'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/status': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** What is running. */
    readonly get: operations['getStatus'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/models': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The models that runs can use, and the one they use when none is named. */
    readonly get: operations['listModels'];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    readonly SignInCode: {
      readonly code: string;
      readonly seconds: number;
    };
    readonly Problem: {
      /** @default about:blank */
      readonly type: string;
      readonly title: string;
      readonly status: number;
      readonly detail?: string;
      readonly code: string;
      readonly hint?: string;
    };
    readonly ConsoleSession: {
      readonly secret: string;
    };
    readonly Empty: Record<string, never>;
    readonly Person: {
      readonly name: string;
      /** @enum {string} */
      readonly method: 'token' | 'code';
    };
    readonly Run: {
      readonly id: string;
      readonly session: string;
      readonly task: string;
      readonly folder: string;
      readonly agent: string;
      readonly model: string;
      readonly scripted: boolean;
      /** @enum {string} */
      readonly state: 'queued' | 'running' | 'waiting' | 'unknown' | 'finished' | 'failed' | 'stopped';
      /** @enum {string} */
      readonly files: 'open' | 'kept' | 'discarded' | 'undone';
      readonly outcome: string | null;
      /** Format: date-time */
      readonly created: string;
      /** Format: date-time */
      readonly ended: string | null;
      readonly usage: {
        readonly turns: number;
        readonly inputTokens: number;
        readonly outputTokens: number;
      };
    };
    readonly NewRun: {
      readonly task: string;
      readonly folder: string;
      /** @default default */
      readonly agent: string;
      readonly model?: string;
      readonly session?: string;
    };
    readonly TimelineEntry: {
      readonly sequence: number;
      /** Format: date-time */
      readonly time: string;
      readonly body:
        | {
            /** @enum {string} */
            readonly kind: 'state';
            /** @enum {string} */
            readonly state: 'queued' | 'running' | 'waiting' | 'unknown' | 'finished' | 'failed' | 'stopped';
            readonly explanation: string | null;
          }
        | {
            /** @enum {string} */
            readonly kind: 'plan';
            readonly items: readonly {
              readonly title: string;
              /** @enum {string} */
              readonly state: 'open' | 'active' | 'done' | 'dropped';
            }[];
          }
        | {
            /** @enum {string} */
            readonly kind: 'turn';
            readonly turn: string;
            readonly agent: string;
            readonly text: string;
            readonly calls: readonly {
              readonly step: string;
              readonly tool: string;
              readonly arguments: {
                readonly [key: string]: unknown;
              };
            }[];
            readonly inputTokens: number;
            readonly outputTokens: number;
          }
        | {
            /** @enum {string} */
            readonly kind: 'step.started';
            readonly step: string;
            readonly tool: string;
            readonly summary: string;
          }
        | {
            /** @enum {string} */
            readonly kind: 'step.ended';
            readonly step: string;
            /** @enum {string} */
            readonly outcome: 'ok' | 'failed' | 'denied' | 'unknown';
            readonly output: string;
            readonly label: {
              /** @enum {string} */
              readonly integrity: 'user' | 'local' | 'external';
              /** @enum {string} */
              readonly confidentiality: 'public' | 'internal' | 'secret';
              readonly readers: readonly string[] | null;
              readonly sources: readonly (
                | {
                    /** @enum {string} */
                    readonly kind: 'person';
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'file';
                    readonly path: string;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'host';
                    readonly host: string;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'command';
                    readonly tool: string;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'model';
                  }
              )[];
            };
            readonly milliseconds: number;
          }
        | {
            /** @enum {string} */
            readonly kind: 'decision';
            readonly step: string | null;
            readonly what: string;
            readonly decision: {
              /** @enum {string} */
              readonly kind: 'allow' | 'ask' | 'deny';
              readonly reasons: readonly {
                /** @enum {string} */
                readonly code:
                  | 'hard_block'
                  | 'explicit_deny'
                  | 'beyond_ceiling'
                  | 'flow'
                  | 'rule'
                  | 'grant'
                  | 'no_rule'
                  | 'default'
                  | 'budget'
                  | 'burst'
                  | 'feature';
                readonly text: string;
              }[];
              readonly rules: readonly {
                /** @enum {string} */
                readonly layer: 'platform' | 'ceiling' | 'team' | 'agent' | 'grant';
                readonly path: string;
              }[];
              readonly obligations: readonly (
                | {
                    /** @enum {string} */
                    readonly kind: 'reserve';
                    readonly counter: string;
                    readonly amount: number;
                    readonly limit: number;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'consume_grant';
                    readonly grant: string;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'inspect';
                    /** @enum {string} */
                    readonly tls: 'terminate' | 'none';
                    /** @enum {string} */
                    readonly protocol: 'rest';
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'service';
                    readonly name: string;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'label_response';
                    /** @enum {string} */
                    readonly integrity: 'local' | 'external';
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'cap';
                    /** @enum {string} */
                    readonly direction: 'request' | 'response';
                    readonly bytes: number;
                  }
                | {
                    /** @enum {string} */
                    readonly kind: 'record';
                    /** @enum {string} */
                    readonly durability: 'durable' | 'summary';
                  }
              )[];
              readonly policy: string;
            };
          }
        | {
            /** @enum {string} */
            readonly kind: 'approval';
            readonly approval: string;
            readonly step: string;
            readonly summary: string;
          }
        | {
            /** @enum {string} */
            readonly kind: 'approval.ended';
            readonly approval: string;
            /** @enum {string} */
            readonly state: 'approved' | 'denied' | 'expired' | 'void';
          }
        | {
            /** @enum {string} */
            readonly kind: 'egress';
            readonly step: string | null;
            readonly method: string;
            readonly url: string;
            /** @enum {string} */
            readonly decision: 'allow' | 'ask' | 'deny';
            readonly status: number | null;
            readonly requestBytes: number;
            readonly responseBytes: number;
          }
        | {
            /** @enum {string} */
            readonly kind: 'note';
            /** @enum {string} */
            readonly level: 'info' | 'warning';
            readonly text: string;
          };
    };
    readonly Stopped: {
      readonly stopped: readonly string[];
      readonly milliseconds: number;
    };
    readonly Changes: {
      readonly changes: readonly components['schemas']['FileChange'][];
      readonly digest: string;
    };
    readonly FileChange: {
      readonly path: string;
      /** @enum {string} */
      readonly pathEncoding: 'utf-8' | 'base64';
      /** @enum {string} */
      readonly change: 'added' | 'modified' | 'deleted' | 'type-changed' | 'mode-changed';
      /** @enum {string} */
      readonly type: 'file' | 'directory' | 'symlink' | 'other';
      readonly mode: number | null;
      readonly size: number | null;
      readonly target: string | null;
      readonly digestBefore: string | null;
      readonly digestAfter: string | null;
      readonly refused: string | null;
      readonly executable: boolean;
    };
    readonly ContentDiff:
      | {
          /** @enum {string} */
          readonly kind: 'text';
          readonly hunks: readonly {
            readonly oldStart: number;
            readonly oldLines: number;
            readonly newStart: number;
            readonly newLines: number;
            readonly lines: readonly string[];
          }[];
          readonly cut: boolean;
        }
      | {
          /** @enum {string} */
          readonly kind: 'binary';
        };
    readonly Settled: {
      readonly applied: boolean;
      readonly outcomes: readonly components['schemas']['FileOutcome'][];
    };
    readonly FileOutcome: {
      readonly path: string;
      /** @enum {string} */
      readonly outcome: 'applied' | 'conflict' | 'refused';
      readonly explanation: string | null;
    };
    readonly Keep: {
      readonly digest: string;
      /** @default null */
      readonly paths: readonly string[] | null;
      /** @default false */
      readonly skipConflicts: boolean;
    };
    readonly Undone: {
      readonly applied: boolean;
      readonly outcomes: readonly components['schemas']['FileOutcome'][];
      readonly remaining: readonly string[];
    };
    /** @description A question to a person. `rendered` is drawn from the bytes whose digest is approved. */
    readonly Approval: {
      readonly id: string;
      readonly run: string;
      readonly step: string;
      /** @enum {string} */
      readonly state: 'pending' | 'approved' | 'consumed' | 'denied' | 'expired' | 'void';
      readonly action: {
        /** @enum {number} */
        readonly version: 1;
        readonly install: string;
        readonly run: string;
        readonly step: string;
        readonly nonce: string;
        readonly tool: string;
        readonly arguments: {
          readonly [key: string]: unknown;
        };
        /** @enum {string} */
        readonly effect: 'read' | 'reversible' | 'compensable' | 'irreversible';
        readonly inverse:
          | {
              /** @enum {string} */
              readonly kind: 'checkpoint';
            }
          | {
              /** @enum {string} */
              readonly kind: 'call';
              readonly tool: string;
              readonly arguments: {
                readonly [key: string]: unknown;
              };
            }
          | {
              /** @enum {string} */
              readonly kind: 'none';
            };
        readonly command: readonly string[] | null;
        readonly request: {
          readonly method: string;
          readonly url: string;
          readonly headers: readonly (readonly [string, string])[];
          readonly bodyDigest: string;
          readonly body: string | null;
          readonly address: string;
        } | null;
        readonly policy: string;
        readonly checkpoint: string;
        /** Format: date-time */
        readonly expires: string;
      };
      readonly digest: string;
      readonly reasons: readonly {
        /** @enum {string} */
        readonly code:
          | 'hard_block'
          | 'explicit_deny'
          | 'beyond_ceiling'
          | 'flow'
          | 'rule'
          | 'grant'
          | 'no_rule'
          | 'default'
          | 'budget'
          | 'burst'
          | 'feature';
        readonly text: string;
      }[];
      /** Format: date-time */
      readonly requested: string;
      /** Format: date-time */
      readonly expires: string;
      /** Format: date-time */
      readonly decided: string | null;
      readonly decidedBy: string | null;
      readonly rendered: components['schemas']['RenderedAction'];
    };
    readonly RenderedAction: {
      readonly title: string;
      readonly fields: readonly {
        readonly name: string;
        readonly value: string;
        readonly note: string | null;
      }[];
      readonly body: {
        readonly text: string;
        readonly note: string | null;
      } | null;
      readonly digest: string;
    };
    readonly PolicyFindings: {
      readonly findings: readonly {
        /** @enum {string} */
        readonly severity: 'error' | 'warning';
        readonly file: string;
        readonly line: number;
        readonly column: number;
        readonly message: string;
        readonly nearestKey?: string;
      }[];
    };
    readonly Policies: {
      readonly ceiling: string;
      readonly agents: {
        readonly [key: string]: string;
      };
      readonly digests: {
        readonly [key: string]: string;
      };
    };
    readonly LedgerEntry: {
      readonly sequence: number;
      readonly time: string;
      readonly type: string;
      readonly actor: string;
      readonly run: string | null;
      readonly body: {
        readonly [key: string]: unknown;
      };
    };
    readonly LedgerHead: {
      readonly size: number;
      readonly root: string | null;
      readonly publicKey: string;
      readonly heads: readonly {
        readonly [key: string]: unknown;
      }[];
    };
    readonly Status: {
      readonly version: string;
      readonly tier: string;
      readonly supervisors: readonly {
        readonly name: string;
        readonly epoch: number;
        readonly tier: string;
        readonly alive: boolean;
      }[];
      readonly sandboxes: number | null;
      readonly policy: string | null;
      readonly agents: readonly string[];
    };
    readonly Models: {
      readonly models: readonly components['schemas']['Model'][];
      readonly default: string;
    };
    readonly Model: {
      readonly name: string;
      readonly provider: string;
      /** @enum {string} */
      readonly locality: 'local' | 'remote';
      readonly scripted: boolean;
      /** @enum {string} */
      readonly found: 'configuration' | 'environment' | 'local server' | 'rehearsal';
      readonly contextTokens: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  readonly createSignInCode: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The code. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['SignInCode'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly signIn: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': {
          readonly code: string;
        };
      };
    };
    readonly responses: {
      /** @description Signed in. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['ConsoleSession'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly signOut: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Signed out. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Empty'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly getSession: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The person. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Person'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly listRuns: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The runs. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': {
            readonly runs: readonly components['schemas']['Run'][];
          };
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly createRun: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['NewRun'];
      };
    };
    readonly responses: {
      /** @description The run, queued. */
      readonly 201: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Run'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly getRun: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The run. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Run'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly getTimeline: {
    readonly parameters: {
      readonly query?: {
        readonly after?: number | null;
      };
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The entries. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': {
            readonly entries: readonly components['schemas']['TimelineEntry'][];
          };
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly followRun: {
    readonly parameters: {
      readonly query?: {
        readonly after?: number | null;
      };
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The stream. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'text/event-stream': string;
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly stopRun: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description It is stopped. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Stopped'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly stopAll: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description They are stopped. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Stopped'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly listChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The changes. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Changes'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly diffFile: {
    readonly parameters: {
      readonly query: {
        readonly path: string;
      };
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The difference. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['ContentDiff'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly keepChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': components['schemas']['Keep'];
      };
    };
    readonly responses: {
      /** @description What became of each path. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Settled'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly discardChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description They are gone. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Empty'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly undoChanges: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly run: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description What became of each path. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Undone'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly listApprovals: {
    readonly parameters: {
      readonly query?: {
        readonly pending?: string;
        readonly run?: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The questions. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': {
            readonly approvals: readonly components['schemas']['Approval'][];
          };
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly getApproval: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly approval: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The question. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Approval'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly approve: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly approval: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': {
          readonly digest: string;
        };
      };
    };
    readonly responses: {
      /** @description Approved. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Approval'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly deny: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly approval: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Denied. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Approval'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly checkPolicy: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': {
          readonly name: string;
          readonly source: string;
        };
      };
    };
    readonly responses: {
      /** @description What was found. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['PolicyFindings'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly listPolicies: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The policies. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Policies'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly reloadPolicies: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description In force. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': {
            readonly digests: {
              readonly [key: string]: string;
            };
          };
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly listLedgerEntries: {
    readonly parameters: {
      readonly query?: {
        readonly after?: number | null;
        readonly run?: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The records. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': {
            readonly entries: readonly components['schemas']['LedgerEntry'][];
          };
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly tailLedger: {
    readonly parameters: {
      readonly query?: {
        readonly after?: number | null;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The stream. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'text/event-stream': string;
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly exportLedger: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The export. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/octet-stream': string;
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly getLedgerHead: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The head. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['LedgerHead'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly getStatus: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description The status. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Status'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readonly listModels: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Models. */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/json': components['schemas']['Models'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It was refused or failed; says why and what to do next (RFC 9457). */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly 'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
