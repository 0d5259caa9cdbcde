export { type Solver, startSolver } from './solver.ts';
