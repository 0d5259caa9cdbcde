import { wireName } from '@clawhold/tools';
import { z } from 'zod';
import type { AgentTool } from './agent-tool.ts';

/** A call as it came off the wire: nothing of it can be relied on. */
export interface RawCall {
  readonly name: string;
  /** The arguments as text, exactly as the model wrote them. */
  readonly input: string;
}

export interface CheckedCall {
  /** The tool's dotted name, or the name as it came when there is no such tool. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What the model should know when the call is malformed, else null. */
  readonly problem: string | null;
}

/** Checks what a model proposed against what it was offered. */
export function checkCall(raw: RawCall, tools: readonly AgentTool[]): CheckedCall {
  const tool = tools.find(({ name }) => wireName(name) === raw.name || name === raw.name);
  const values = parseObject(raw.input);
  if (tool === undefined)
    return {
      tool: raw.name,
      arguments: values ?? {},
      problem: `There is no tool "${raw.name}". You have: ${tools.map(({ name }) => wireName(name)).join(', ')}.`,
    };
  if (values === undefined)
    return { tool: tool.name, arguments: {}, problem: 'The arguments of this call are not a JSON object.' };
  const result = validator(tool).safeParse(values);
  if (result.success) return { tool: tool.name, arguments: values, problem: null };
  const issues = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`);
  return {
    tool: tool.name,
    arguments: values,
    problem: `The arguments do not fit ${wireName(tool.name)}: ${issues.join('; ')}.`,
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    // Models write nothing at all for a tool without arguments.
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    const result = z.record(z.string(), z.unknown()).safeParse(value);
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

const validators = new WeakMap<AgentTool, z.ZodType>();

function validator(tool: AgentTool): z.ZodType {
  const known = validators.get(tool);
  if (known !== undefined) return known;
  const made = z.fromJSONSchema(tool.parameters);
  validators.set(tool, made);
  return made;
}
