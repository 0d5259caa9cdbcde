import type { BuiltInToolName, Effect, Inverse, ParameterRole } from '@clawhold/spec';
import { z } from 'zod';
import type { CommandResult, SandboxCommand } from './sandbox-command.ts';

/** One value of a call and what it decides. Where it came from is the business of whoever keeps the run's provenance. */
export interface ToolParameter {
  readonly name: string;
  readonly role: ParameterRole;
  readonly value: string;
}

/** The request that a call sends, as it is sent: lower-case sorted headers, no fragment, no user information. */
export interface ToolRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

/** From what the output of a call was made, so that it can be labelled. */
export type OutputOrigin =
  /** `part`: when only the names of the files can be in it. */
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly part?: 'name' }
  /** `safe`: the request could change nothing there (RFC 9110 section 9.2.1). */
  | { readonly kind: 'host'; readonly host: string; readonly safe: boolean }
  /** A command: anything that the sandbox can read. */
  | { readonly kind: 'anything' }
  /** What a browser showed: it mixes what many hosts sent. */
  | { readonly kind: 'browser' };

export interface ToolResult {
  /** Whether the tool did what was asked. */
  readonly ok: boolean;
  /** What the model sees. */
  readonly output: string;
  readonly from: OutputOrigin;
}

/** A file that goes from the task folder to the browser, or what the browser fetched into the task folder. */
export interface BrowserFiles {
  /** Prints the file that the browser gets. */
  readonly take: SandboxCommand | null;
  /** Gets what the browser fetched on standard input. */
  readonly put: SandboxCommand | null;
}

/** Where the parts of a sandbox are that the tools need. */
export interface ToolPlaces {
  /** The folder `packages/tools/sandbox`, read-only. Default: `/opt/clawhold/tools`. */
  readonly scripts: string;
  /** Default: `/opt/node/bin/node`. */
  readonly node: string;
}

/** What one call of a tool means, before it runs. */
export interface ToolPlan {
  readonly effect: Effect;
  readonly inverse: Inverse;
  readonly parameters: readonly ToolParameter[];
  /** Files that it writes, relative to the task folder; `anything` for a command. */
  readonly writes: readonly string[] | 'anything';
  readonly command: SandboxCommand;
  /** The programs that a command of the agent's own starts; null when it has none, or they are not certain. */
  readonly programs: readonly string[] | null;
  readonly request: ToolRequest | null;
  /** Not null: the command is for the run's browser, in a sandbox of its own. */
  readonly browser: BrowserFiles | null;
  read(result: CommandResult): ToolResult;
}

export type Planned =
  | { readonly kind: 'ok'; readonly plan: ToolPlan }
  | { readonly kind: 'refused'; readonly reason: string };

/** A tool: what a model reads about it, what it may be called with, and how a call becomes a command. */
export interface ToolDefinition<Schema extends z.ZodType> {
  readonly name: BuiltInToolName;
  readonly description: string;
  /** The mildest effect that a call of it can have. */
  readonly effect: Effect;
  readonly schema: Schema;
  plan(values: z.output<Schema>, places: ToolPlaces): Planned;
}

/** A tool as it is offered to a model. */
export interface ToolDeclaration {
  readonly name: BuiltInToolName;
  readonly description: string;
  /** The mildest effect of a call. */
  readonly effect: Effect;
  /** JSON Schema (2020-12) of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A tool whose arguments nobody has looked at yet. */
export interface Tool {
  readonly declaration: ToolDeclaration;
  plan(values: unknown, places: ToolPlaces): Planned;
}

/** Puts the check of the arguments in front of the plan. */
export function defineTool<Schema extends z.ZodType>(tool: ToolDefinition<Schema>): Tool {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.schema, { io: 'input' });
  return Object.freeze({
    declaration: Object.freeze({ name: tool.name, description: tool.description, effect: tool.effect, parameters }),
    plan: (values: unknown, places: ToolPlaces): Planned => {
      const parsed = tool.schema.safeParse(values);
      if (parsed.success) return tool.plan(parsed.data, places);
      const issues = parsed.error.issues.slice(0, 3);
      const reason = issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`).join('; ');
      return refused(`The arguments do not fit ${tool.name}: ${reason}.`);
    },
  });
}

export const checkpoint: Inverse = Object.freeze({ kind: 'checkpoint' });
export const noInverse: Inverse = Object.freeze({ kind: 'none' });

export function refused(reason: string): Planned {
  return { kind: 'refused', reason };
}
