import type { Confidentiality, Label } from '@clawhold/spec';
import { exactEcho, looseEcho, stringsIn } from './echo.ts';
import { type FilePart, type FileRules, folderPath, labelOfFile, labelOfFolder } from './folder-path.ts';
import { joinLabels, labelFrom } from './label.ts';
import { Phrases } from './phrases.ts';
import { TokenIndex, type TokenIndexLimits } from './token-index.ts';
import { keysOfValue } from './tokens.ts';
import { TouchedFiles } from './touched-files.ts';

export interface ProvenanceOptions {
  /** The person's own words. */
  readonly task: string;
  readonly files: FileRules;
  /** What the operator spelt out in the policy (host names): `local` by its author. Default: nothing. */
  readonly named?: readonly string[];
  /** True when the run goes on after its provenance was lost: then everything has been seen. Default: false. */
  readonly resumed?: boolean;
  /** What the conversation had seen before this run began. Default: nothing. */
  readonly before?: Label;
  /** Of the person's own words. Default: `internal`. */
  readonly taskConfidentiality?: Confidentiality;
  readonly limits?: TokenIndexLimits;
}

/** A tool call that is about to run. */
export interface StartingCall {
  /** The files it writes, relative to the task folder; `anything` for a command. */
  readonly writes: readonly string[] | 'anything';
}

/** A tool call that has ended, with what the model is going to see of it. */
export interface FinishedCall {
  readonly tool: string;
  readonly arguments: unknown;
  readonly ok: boolean;
  readonly text: string;
  /**
   * What the text was made from: these files, or only their names; a host, with the label that the decision's obligation
   * gave it and whether the request could change anything there; or `anything` for a command.
   */
  readonly from:
    | { readonly kind: 'files'; readonly paths: readonly string[]; readonly part?: FilePart }
    | ({ readonly kind: 'host'; readonly host: string; readonly safe: boolean } & AnswerLabel)
    | { readonly kind: 'anything' };
  /** True when the policy calls this result secret, whatever it was made from. Default: false. */
  readonly isSecret?: boolean;
}

/** What a policy says about the answers of a host. */
export interface AnswerLabel {
  readonly integrity: 'local' | 'external';
  /** Default: `internal`. */
  readonly confidentiality?: Confidentiality | undefined;
}

/**
 * Where the values of one run come from. The supervisor tells it about every call before it runs and after it ended;
 * it answers how far the concrete value of an argument can be trusted.
 *
 * What a model says is no source of trust: a value is vouched for by the person's task or by a trusted text that holds
 * it as a whole token, and by nothing else. A value that stands nowhere (made up, decoded, put together, translated)
 * has the join of everything the model had seen.
 */
export class Provenance {
  readonly #files: FileRules;
  readonly #index: TokenIndex;
  readonly #phrases = new Phrases();
  readonly #touched = new TouchedFiles();
  /** What requests that may change something carried to each host: it may come back as the host's own words. */
  readonly #sent = new Map<string, Label>();
  #received: Label = labelFrom('user', [], 'public');
  #lastAnswer: string | undefined;
  #seen: Label;
  #leaving: { readonly from: readonly unknown[]; readonly label: Label } | undefined;

  constructor(options: ProvenanceOptions) {
    this.#files = options.files;
    this.#index = new TokenIndex(options.limits);
    this.#seen = options.before ?? labelFrom('user', [], 'public');
    this.told(options.task, options.taskConfidentiality);
    this.#index.add((options.named ?? []).join('\n'), labelFrom('local', []));
    if (options.resumed !== true) return;
    this.#seen = joinLabels(this.#seen, labelFrom('external', [{ kind: 'model' }]));
    this.#received = this.#seen;
    this.#touched.writeAnything(this.#seen);
  }

  /** The person said more. */
  told(text: string, confidentiality?: Confidentiality): void {
    const person = labelFrom('user', [{ kind: 'person' }], confidentiality);
    this.#index.add(text, person);
    this.#phrases.add(text, person);
    this.#seen = joinLabels(this.#seen, person);
  }

  /** The join of everything the model has seen. */
  get seen(): Label {
    return this.#seen;
  }

  /** The join of everything a command in the sandbox can read: the task folder, and what came in from the network. */
  get sandbox(): Label {
    return joinLabels(joinLabels(labelOfFolder(this.#files), this.#received), this.#touched.all);
  }

  /** The label of what leaves the sandbox: until a command ran there, only calls of the model carry anything out. */
  get leaving(): Label {
    const { mayBeAnything: isOpen, all } = this.#touched;
    const from = [this.#seen, this.#received, isOpen, all, this.#files.anySecret];
    // Asked for with every request, and seldom another.
    if (this.#leaving?.from.every((part, index) => part === from[index]) === true) return this.#leaving.label;
    const label = joinLabels(isOpen ? this.sandbox : this.#received, this.#seen);
    this.#leaving = { from, label };
    return label;
  }

  /** Call it before the effect: from now on the files that the call writes are as trusted as what the model had seen. */
  starting(call: StartingCall): void {
    if (call.writes === 'anything') {
      this.#touched.writeAnything(this.#seen);
      return;
    }
    for (const path of call.writes) {
      const inside = folderPath(path);
      if (inside === undefined) this.#touched.writeAnything(this.#seen);
      else this.#touched.write(inside, this.#seen);
    }
  }

  /** Something came into the sandbox from the network, whoever asked for it. */
  received(host: string, { integrity, confidentiality = 'internal' }: AnswerLabel): void {
    const answer = `${integrity} ${confidentiality} ${host}`;
    if (answer === this.#lastAnswer) return;
    this.#lastAnswer = answer;
    this.#received = joinLabels(this.#received, labelFrom(integrity, [{ kind: 'host', host }], confidentiality));
  }

  /** Records the result of a call and returns its label. */
  finished(call: FinishedCall): Label {
    const strings = stringsIn(call.arguments);
    const made = this.#labelOfResult(call);
    // The words of a failure are made from the arguments, so they are no better than the model.
    let label = call.ok ? made : joinLabels(made, this.#seen);
    const echo = call.from.kind === 'host' ? looseEcho(strings) : exactEcho(strings);
    if (echo === undefined) label = joinLabels(label, this.#seen);
    if (call.isSecret === true) label = { ...label, confidentiality: 'secret' };
    this.#index.add(call.text, label, label.integrity === 'external' ? undefined : echo);
    if (call.from.kind === 'files') this.#phrases.add(call.text, label, strings.join('\n'));
    this.#seen = joinLabels(this.#seen, label);
    return label;
  }

  /** How far a concrete value can be trusted, and where it can have come from. */
  labelOf(value: string): Label {
    let best = this.#phrases.find(value);
    for (const key of keysOfValue(value)) {
      const label = this.#index.get(key);
      if (label !== undefined && (best === undefined || better(label, best))) best = label;
    }
    return best ?? this.#seen;
  }

  #labelOfResult({ tool, from }: FinishedCall): Label {
    switch (from.kind) {
      case 'files':
        return from.paths.map((path) => this.#labelOfPath(path, from.part)).reduce(joinLabels, labelFrom('local', []));
      case 'host': {
        const { host } = from;
        this.received(host, from);
        if (!from.safe) this.#sent.set(host, joinLabels(this.#sent.get(host) ?? this.#seen, this.#seen));
        const stated = labelFrom(from.integrity, [{ kind: 'host', host }], from.confidentiality);
        const sent = this.#sent.get(host);
        return sent === undefined ? stated : joinLabels(stated, sent);
      }
      case 'anything':
        return joinLabels(joinLabels(this.sandbox, this.#seen), labelFrom('local', [{ kind: 'command', tool }]));
      default:
        return from satisfies never;
    }
  }

  #labelOfPath(path: string, part?: FilePart): Label {
    const inside = folderPath(path);
    const given = labelOfFile(path, this.#files, part);
    if (inside === undefined || this.#touched.mayBeAnything)
      return joinLabels(given, joinLabels(this.sandbox, this.#seen));
    const written = this.#touched.at(inside);
    return written === undefined ? given : joinLabels(given, written);
  }
}

function better(a: Label, b: Label): boolean {
  return joinLabels(a, b).integrity !== a.integrity;
}

/** Starts the provenance of one run. */
export function createProvenance(options: ProvenanceOptions): Provenance {
  return new Provenance(options);
}
