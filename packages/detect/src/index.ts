export type { DetectedKind, Detector, Found } from './detector.ts';
export { canBeLookedFor, type ExactValues, type Known, prepareExactValues } from './exact/exact-values.ts';
export type { Piece } from './exact/pieces.ts';
export { findShapes, type Shape } from './shapes/find-shapes.ts';
