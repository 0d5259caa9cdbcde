import type { Label, Parameter, Reason, Source } from '@clawhold/spec';

/** Says to a person why a flow rule speaks up about a value, or about what leaves. */
export function flowReason(
  about: { readonly parameter: Parameter } | { readonly data: Label; readonly to: string },
): Reason {
  if ('data' in about) {
    const kind =
      about.data.confidentiality === 'public' ? 'What leaves' : `What leaves is ${about.data.confidentiality} and`;
    return { code: 'flow', text: `${kind} would reach a reader outside, ${about.to}.` };
  }
  const { name, role, value, label } = about.parameter;
  const what = `The ${role} "${name}" (${shortened(value)})`;
  if (label.integrity !== 'external')
    return { code: 'flow', text: `${what} is ${label.confidentiality} and falls under a flow rule.` };
  const sources = label.sources.filter(({ kind }) => kind !== 'person').map(sourceName);
  const [first, second] = sources;
  if (first === undefined) return { code: 'flow', text: `${what} came from outside.` };
  if (second === undefined)
    return { code: 'flow', text: `${what} can only come from ${first}, which came from outside.` };
  const more = sources.length > 2 ? `${second} and ${sources.length - 2} more` : second;
  const last = sources.length > 2 ? `${first}, ${more}` : `${first} or ${more}`;
  return {
    code: 'flow',
    text: `${what} is in nothing that you or your own files say; it may come from ${last}, and content from outside was among it.`,
  };
}

function sourceName(source: Source): string {
  switch (source.kind) {
    case 'person':
      return 'you';
    case 'file':
      return source.path;
    case 'host':
      return source.host;
    case 'command':
      return `the output of ${source.tool}`;
    case 'model':
      return 'the model';
    default:
      return source satisfies never;
  }
}

function shortened(value: string): string {
  return value.length <= 48 ? value : `${value.slice(0, 32)}…${value.slice(-8)}`;
}
