import { coreOf, newPlaceholder } from '@clawhold/egress';
import type { Credential, RunId } from '@clawhold/spec';

/** What one placeholder of a run stands for. */
export interface IssuedPlaceholder {
  readonly credential: string;
  readonly placeholder: string;
  /** A part that signs and is never sent: it has no place in a request. */
  readonly isSigningKey: boolean;
}

/** The placeholders of the runs that live. */
export interface Placeholders {
  /** New ones for a sandbox; those that its run had before stand for nothing any more. Returns its variables. */
  issue(run: RunId, agent: string): Readonly<Record<string, string>>;
  find(run: RunId, core: string): IssuedPlaceholder | undefined;
  holdsAny(run: RunId): boolean;
  forget(run: RunId): void;
}

export function createPlaceholders(credentials: () => readonly Credential[]): Placeholders {
  const runs = new Map<RunId, ReadonlyMap<string, IssuedPlaceholder>>();
  return {
    issue(run, agent) {
      const variables: Record<string, string> = {};
      const issued = new Map<string, IssuedPlaceholder>();
      const issue = (variable: string, credential: string, prefix: string, isSigningKey = false): void => {
        const placeholder = newPlaceholder(prefix);
        issued.set(coreOf(placeholder), { credential, placeholder, isSigningKey });
        variables[variable] = placeholder;
      };
      for (const credential of credentials()) {
        const { name, source, binding } = credential;
        if (binding.agents?.includes(agent) === false) continue;
        const [variable, signing] = variablesOf(credential);
        issue(variable, name, prefixOf(source));
        if (signing !== undefined) issue(signing, name, '', true);
      }
      if (issued.size > 0) runs.set(run, issued);
      return variables;
    },
    find: (run, core) => runs.get(run)?.get(core),
    holdsAny: (run) => runs.has(run),
    forget: (run) => void runs.delete(run),
  };
}

/** In which variables programs find a credential; the second one is for a part that only signs. */
export function variablesOf({
  name,
  source,
  variable,
}: Pick<Credential, 'name' | 'source' | 'variable'>): readonly [string, string?] {
  if (source.kind === 'aws' || source.kind === 'aws_sts') return ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  return [variable ?? variableFor(name)];
}

function prefixOf(source: Credential['source']): string {
  if (source.kind === 'aws' || source.kind === 'aws_sts') return 'AKIA';
  return source.kind === 'secret' ? source.prefix : '';
}

/** `github-token` is in `GITHUB_TOKEN`. */
function variableFor(name: string): string {
  const variable = name.toUpperCase().replaceAll('-', '_');
  return /^[0-9]/.test(variable) ? `_${variable}` : variable;
}
