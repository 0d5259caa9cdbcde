import type { LabelledContent, PolicyDocument } from '@clawhold/spec';
import { compileGlob, type Glob } from '../glob/glob.ts';
import type { CompiledLabels } from './snapshot.ts';

/** The labels of all layers together: what one calls external or secret, no other makes trusted or less guarded. */
export function compileLabels(documents: readonly PolicyDocument[]): CompiledLabels {
  const labels = documents.flatMap((document) => document.labels ?? []);
  const files = labels.flatMap((one) => one.files ?? []);
  const paths = (chosen: typeof files): readonly Glob[] =>
    chosen.flatMap(({ path }) => globOf(path.replace(/^(?:\.?\/)+/, ''), '/'));
  const contents = labels.flatMap((one) => one.contents ?? []).map(({ found }) => found);
  return Object.freeze({
    externalFiles: paths(files.filter(({ integrity }) => integrity === 'external')),
    secretFiles: paths(files.filter(({ confidentiality }) => confidentiality === 'secret')),
    secretTools: labels.flatMap((one) => one.tools ?? []).flatMap(({ match }) => globOf(match, null)),
    secretContents: [...new Set<LabelledContent>(contents)],
  });
}

/** A pattern that is none is a finding elsewhere, and such a document is never compiled. */
function globOf(pattern: string, delimiter: '/' | null): readonly Glob[] {
  const compiled = compileGlob(pattern, delimiter);
  return compiled.kind === 'ok' ? [compiled.glob] : [];
}
