/** Thrown inside a workflow when its run has ended without it: stopped by a person. Nothing more is to be done. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';

  constructor() {
    super('the run has ended');
  }
}
