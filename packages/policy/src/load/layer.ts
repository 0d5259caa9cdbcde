import type { PolicyDocument, RuleReference } from '@clawhold/spec';

/** The documents that decide together, outermost first. Nothing below may exceed the ceiling. */
export interface Layers {
  readonly ceiling: PolicyDocument;
  readonly team?: PolicyDocument;
  readonly agent: PolicyDocument;
  /** Ports on which the platform itself listens on this machine; no service may lead there. Default: none. */
  readonly platformPorts?: readonly number[];
}

export type LayerName = Extract<RuleReference['layer'], 'ceiling' | 'team' | 'agent'>;

/** Where a rule can stand that opens something: in a document, or granted beside them. */
export type RuleLayer = LayerName | 'grant';

export const layerNames: readonly LayerName[] = ['ceiling', 'team', 'agent'];
