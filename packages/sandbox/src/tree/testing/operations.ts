import fc from 'fast-check';
import type { Operation } from './world.ts';

const names = ['a', 'b', 'c'] as const;
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.constantFrom('', 'one', 'two', 'three');
// Only modes that a keep takes over as they are: what it strips has tests of its own.
const mode = fc.constantFrom('644', '600', '755', '700', '555', '500', '400');
const target = fc.constantFrom('a', 'b/c', './c', 'nowhere');

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(fc.constant('write'), path, fc.constant(''), content),
  fc.tuple(fc.constant('append'), path, fc.constant(''), content),
  fc.tuple(fc.constant('mkdir'), path),
  fc.tuple(fc.constant('remove'), path),
  fc.tuple(fc.constant('delete-tree'), path),
  fc.tuple(fc.constant('rename'), path, path),
  fc.tuple(fc.constant('link'), path, path),
  fc.tuple(fc.constant('chmod'), path, fc.constant(''), mode),
  fc.tuple(fc.constant('symlink'), path, fc.constant(''), target),
);
// Folders first, or most operations of a short sequence would find nothing to work on.
export const folderOperations: readonly Operation[] = [
  ...names.map((name): Operation => ['mkdir', name]),
  ...names.map((name): Operation => ['mkdir', `a/${name}`]),
];
/** What a person does to their folder before a run. */
export const personOperations: fc.Arbitrary<Operation[]> = fc
  .array(operation, { maxLength: 12 })
  .map((operations) => [...folderOperations, ...operations]);
// A folder deleted and made anew hides the lower one: chance alone would seldom do both to the same path.
const replacement = path.map((folder): Operation[] => [
  ['delete-tree', folder],
  ['mkdir', folder],
]);
const act = fc.oneof({ weight: 6, arbitrary: operation.map((one) => [one]) }, { weight: 1, arbitrary: replacement });
/** What a run does in its view of it. */
export const runOperations: fc.Arbitrary<Operation[]> = fc
  .array(act, { minLength: 1, maxLength: 12 })
  .map((acts) => acts.flat());
