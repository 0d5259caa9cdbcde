import type { Reason } from '@clawhold/spec';
import type { Grounds } from '../compile/compiled-endpoint.ts';
import type { RuleLayer } from './layer.ts';

/** Makes the grounds of the rules of one document, in the order in which they stand in it. */
export class Place {
  readonly layer: RuleLayer;
  #count = 0;

  constructor(layer: RuleLayer) {
    this.layer = layer;
  }

  grounds(path: string, code: Reason['code'], text: string): Grounds {
    const rule = Object.freeze({ layer: this.layer, path });
    return Object.freeze({ reason: Object.freeze({ code, text }), rule, order: this.#count++ });
  }
}

/** The one that stands first in its document. */
export function earlier<Placed extends { readonly grounds: Grounds }>(a: Placed | undefined, b: Placed): Placed {
  return a === undefined || b.grounds.order < a.grounds.order ? b : a;
}
