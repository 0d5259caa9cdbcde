export type { DetectedKind, Detector, Found } from './detector.ts';
export { canBeLookedFor, type ExactValues, type Known, prepareExactValues } from './exact/exact-values.ts';
export { findShapes, type Shape } from './shapes/find-shapes.ts';
