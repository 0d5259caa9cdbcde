import { confidentialityLevels, integrityLevels, type Label } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyLabel, isAsBad, joinLabels, labelFrom } from './index.ts';
import { maximumSources } from './label.ts';

const source = fc.oneof(
  fc.record({
    kind: fc.constant('file' as const),
    path: fc.constantFrom(...Array.from({ length: 30 }, (_, index) => `f${index}`)),
  }),
  fc.record({ kind: fc.constant('host' as const), host: fc.constantFrom('a.example', 'b.example') }),
  fc.record({ kind: fc.constant('command' as const), tool: fc.constantFrom('shell.exec') }),
  fc.constantFrom({ kind: 'person' as const }, { kind: 'model' as const }),
);

/** Labels as this package makes them. */
const label: fc.Arbitrary<Label> = fc
  .record({
    integrity: fc.constantFrom(...integrityLevels),
    confidentiality: fc.constantFrom(...confidentialityLevels),
    readers: fc.option(fc.subarray(['ada', 'bo', 'cy'])),
    sources: fc.array(source, { maxLength: maximumSources }),
  })
  .map((raw) => ({ ...labelFrom(raw.integrity, raw.sources, raw.confidentiality), readers: raw.readers }));

test(
  verifies('flow.join-is-a-semilattice', 'join is commutative, associative, idempotent, with a neutral label'),
  () => {
    fc.assert(
      fc.property(label, label, label, (a, b, c) => {
        expect(joinLabels(a, b)).toEqual(joinLabels(b, a));
        expect(joinLabels(joinLabels(a, b), c)).toEqual(joinLabels(a, joinLabels(b, c)));
        expect(joinLabels(a, a)).toEqual(a);
        expect(joinLabels(a, emptyLabel)).toEqual(a);
      }),
      { numRuns: scale(2_000) },
    );
  },
);

test(verifies('flow.join-is-a-semilattice', 'join never gains trust, guards less, or adds a reader'), () => {
  fc.assert(
    fc.property(label, label, (a, b) => {
      const joined = joinLabels(a, b);
      for (const part of [a, b]) {
        expect(integrityLevels.indexOf(joined.integrity)).toBeGreaterThanOrEqual(
          integrityLevels.indexOf(part.integrity),
        );
        expect(confidentialityLevels.indexOf(joined.confidentiality)).toBeGreaterThanOrEqual(
          confidentialityLevels.indexOf(part.confidentiality),
        );
        if (part.readers !== null)
          for (const reader of joined.readers ?? ['everyone']) expect(part.readers).toContain(reader);
      }
      expect(joined.sources.length).toBeLessThanOrEqual(maximumSources);
    }),
  );
});

test(verifies('flow.join-is-a-semilattice', 'what is as bad as another stays as bad when both meet'), () => {
  fc.assert(
    fc.property(label, label, (a, b) => {
      const joined = joinLabels(a, b);
      expect(isAsBad(joined, a) && isAsBad(joined, b)).toBe(true);
      expect(isAsBad(a, b)).toBe(
        integrityLevels.indexOf(a.integrity) >= integrityLevels.indexOf(b.integrity) &&
          confidentialityLevels.indexOf(a.confidentiality) >= confidentialityLevels.indexOf(b.confidentiality),
      );
    }),
  );
});
