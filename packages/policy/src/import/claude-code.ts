import { type Conversion, type Draft, type Path, type Tree, treeOf } from './conversion.ts';
import { readDeniedDomain, readDomain } from './domain.ts';
import { domainEndpoints, type PlacedDomain } from './domain-rules.ts';
import { convertFiles, networkPolicies } from './srt.ts';

/** Their tools, and ours that do the same. Reading is allowed there unless a rule says otherwise; the others ask. */
const toolNames: Readonly<Record<string, readonly string[]>> = {
  Bash: ['shell.exec'],
  Read: ['file.read', 'file.list', 'file.search'],
  Edit: ['file.edit', 'file.write'],
  WebFetch: ['http.fetch'],
  // Named without parentheses these are taken away, or asked about, as tools.
  Write: ['file.write'],
  MultiEdit: ['file.edit'],
  NotebookEdit: ['file.edit'],
  NotebookRead: ['file.read'],
  Glob: ['file.list', 'file.search'],
  Grep: ['file.search'],
  LS: ['file.list'],
};
/** What a rule about reading must also hold back: a command reads files too. */
const reachedBy: Readonly<Record<string, readonly string[]>> = {
  Read: ['Read', 'Edit', 'Bash'],
  Edit: ['Edit', 'Bash'],
  Bash: ['Bash'],
  WebFetch: ['WebFetch'],
};
const neverConsulted: Readonly<Record<string, string>> = {
  Write: 'Edit',
  NotebookEdit: 'Edit',
  MultiEdit: 'Edit',
  Glob: 'Read',
};

/** What nothing is done with while it plans. */
const changing = ['shell.exec', 'file.edit', 'file.write'] as const;

function isPlanning(conversion: Conversion): boolean {
  if (treeOf(treeOf(conversion.value)?.['permissions'])?.['defaultMode'] !== 'plan') return false;
  conversion.changed(
    ['permissions', 'defaultMode'],
    'It only plans there at first, so commands and changes ask a person.',
  );
  return true;
}

/** Whether nobody is asked there: what no rule allows is refused. */
function isSilent(conversion: Conversion): boolean {
  if (treeOf(treeOf(conversion.value)?.['permissions'])?.['defaultMode'] !== 'dontAsk') return false;
  conversion.changed(['permissions', 'defaultMode'], 'Nobody is asked there, so what would ask is refused here.');
  return true;
}

/** Tools that ask by themselves where no rule allows them. */
const asking = ['http.fetch', 'browser.*'] as const;

function refuseWhatAsks(decisions: Map<string, Verdict>): void {
  for (const tool of asking) if (!decisions.has(tool)) decisions.set(tool, 'deny');
  for (const [tool, decision] of decisions) if (decision === 'ask') decisions.set(tool, 'deny');
}

type Verdict = 'allow' | 'ask' | 'deny';

interface Rule {
  readonly tool: string;
  /** Undefined: every use of the tool. */
  readonly about: string | undefined;
  readonly from: Path;
}

/** The permissions of one or more settings files of Claude Code: rules of all scopes count together there. */
export function convertClaudeCode(conversions: readonly Conversion[]): Draft {
  const rules: Record<Verdict, { readonly rule: Rule; readonly conversion: Conversion }[]> = {
    allow: [],
    ask: [],
    deny: [],
  };
  const decisions = new Map<string, Verdict>();
  const policies: Draft['policies'][number][] = [];
  for (const conversion of conversions) {
    const settings = treeOf(conversion.value) ?? {};
    for (const verdict of ['allow', 'ask', 'deny'] as const)
      for (const rule of readRules(conversion, verdict)) rules[verdict].push({ rule, conversion });
    noteSettings(settings, conversion);
    const sandbox = treeOf(settings['sandbox']);
    if (sandbox !== undefined && sandbox['enabled'] !== true)
      conversion.left(['sandbox'], 'Without `enabled: true` nothing keeps `sandbox` there, and it is left out.');
    if (sandbox?.['enabled'] === true) {
      const domains = networkPolicies(sandbox, ['sandbox'], conversion);
      // They are for commands there, and a tool that fetches asks.
      if (domains.length > 0) decisions.set('http.fetch', 'ask');
      policies.push(...domains);
      for (const tool of convertFiles(sandbox, ['sandbox'], conversion)) decisions.set(tool, 'ask');
    }
  }
  for (const tool of ['Bash', 'Edit'] as const) {
    const allowed = rules.allow.some(({ rule }) => rule.tool === tool && rule.about === undefined);
    if (!allowed) for (const ours of toolNames[tool] ?? []) decisions.set(ours, 'ask');
  }
  for (const conversion of conversions)
    if (isPlanning(conversion)) for (const ours of changing) decisions.set(ours, 'ask');
  for (const verdict of ['allow', 'ask', 'deny'] as const)
    for (const { rule, conversion } of rules[verdict]) convertRule(rule, verdict, decisions, conversion);
  for (const conversion of conversions) if (isSilent(conversion)) refuseWhatAsks(decisions);
  const [first] = conversions;
  if (first !== undefined) policies.push(...webPolicies(rules, first));
  const tools = [...decisions].map(([match, decision]) => ({ match, decision }));
  return { sections: { name: 'imported', ...(tools.length === 0 ? {} : { tools }) }, policies };
}

function readRules(conversion: Conversion, verdict: Verdict): readonly Rule[] {
  return conversion.texts(['permissions', verdict]).map((text, at) => {
    const [, tool = text, about] = /^([^()]+)\((.*?)\)?$/s.exec(text.trim()) ?? [];
    // What holds back every use however it is written holds it back; what allows must say so as they do.
    const isEvery = about === '*' || (verdict !== 'allow' && about !== undefined && /^[*:\s]+$/.test(about));
    return { tool: tool.trim(), about: isEvery ? undefined : about, from: ['permissions', verdict, at] };
  });
}

function convertRule(
  { tool, about, from }: Rule,
  verdict: Verdict,
  decisions: Map<string, Verdict>,
  conversion: Conversion,
): void {
  const meant = neverConsulted[tool];
  if (meant !== undefined && about !== undefined) {
    conversion.left(from, `\`${tool}(…)\` is never consulted there; write \`${meant}(…)\`.`);
    return;
  }
  if (tool.includes('*') && !tool.startsWith('mcp__')) {
    if (verdict === 'deny') decisions.set('*', 'deny');
    if (verdict === 'ask') decisions.set('*', 'ask');
    if (verdict === 'allow') conversion.left(from, `\`${tool}\` in \`allow\` is skipped there too.`);
    return;
  }
  if (tool === 'WebFetch' && about !== undefined) return; // Hosts are endpoints.
  const names = toolNames[tool];
  if (names === undefined) {
    conversion.left(from, `\`${tool}\` is no tool of an agent here; nothing opens it.`);
    return;
  }
  if (about === undefined) {
    if (verdict !== 'allow') for (const ours of names) decisions.set(ours, verdict);
    return;
  }
  if (verdict === 'allow') {
    const kept = tool === 'Read' ? 'reading in the task folder needs no rule' : `${names.join(', ')} keeps asking`;
    conversion.left(from, `\`${tool}(${about})\` is left out, and ${kept}: no rule here looks at that part.`);
    return;
  }
  conversion.changed(
    from,
    `\`${tool}(${about})\` cannot be told apart here, so everything that reaches it asks a person.`,
  );
  for (const reached of reachedBy[tool] ?? [])
    for (const ours of toolNames[reached] ?? []) if (decisions.get(ours) !== 'deny') decisions.set(ours, 'ask');
}

/** `WebFetch(domain:…)`: hosts that may be read from. */
function webPolicies(
  rules: Readonly<Record<Verdict, readonly { readonly rule: Rule; readonly conversion: Conversion }[]>>,
  first: Conversion,
): Draft['policies'] {
  const about = (
    verdict: Verdict,
  ): readonly { readonly text: string; readonly from: Path; readonly conversion: Conversion }[] =>
    rules[verdict].flatMap(({ rule, conversion }) =>
      rule.tool === 'WebFetch' && rule.about !== undefined ? [{ text: rule.about, from: rule.from, conversion }] : [],
    );
  const allowed = about('allow').flatMap(({ text, from, conversion }): readonly PlacedDomain[] => {
    const domain = text.startsWith('domain:') ? readDomain(text.slice('domain:'.length)) : 'it names no domain.';
    if (typeof domain === 'string') conversion.left(from, `Left out: ${domain}`);
    return typeof domain === 'string' ? [] : [{ ...domain, port: 443, from }];
  });
  const denied = [...about('ask'), ...about('deny')].map(({ text }) => readDeniedDomain(text.replace(/^domain:/, '')));
  for (const { from, conversion } of about('ask'))
    conversion.changed(from, 'What asks there is closed here; write an `ask` rule where you want that.');
  const opened = { protocol: 'rest', rules: [{ allow: { method: 'GET', path: '/**' } }] };
  const endpoints = domainEndpoints(allowed, denied, opened, first);
  return endpoints.length === 0 ? [] : [{ name: 'web_fetch', endpoints }];
}

function noteSettings(settings: Tree, conversion: Conversion): void {
  const permissions = treeOf(settings['permissions']) ?? {};
  const mode = permissions['defaultMode'];
  conversion.strangers(['permissions'], permissions, [
    'allow',
    'ask',
    'deny',
    'defaultMode',
    'additionalDirectories',
    'disableBypassPermissionsMode',
    'disableAutoMode',
  ]);
  if (mode !== undefined && mode !== 'default' && mode !== 'manual' && mode !== 'dontAsk' && mode !== 'plan')
    conversion.left(
      ['permissions', 'defaultMode'],
      `\`defaultMode: ${String(mode)}\` opens what nobody named; it is left out.`,
    );
  if (permissions['additionalDirectories'] !== undefined)
    conversion.left(
      ['permissions', 'additionalDirectories'],
      'A sandbox here shows one task folder; name it when you start a run.',
    );
  for (const key of Object.keys(settings))
    if (!['permissions', 'sandbox', '$schema'].includes(key))
      conversion.left([key], `\`${key}\` is no permission and is left out.`);
}
