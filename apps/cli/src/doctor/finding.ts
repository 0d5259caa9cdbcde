/** One thing that the doctor looked at. */
export interface Finding {
  readonly subject: string;
  readonly state: 'good' | 'warning' | 'bad';
  /** What is so, or what is wrong and what to do about it. */
  readonly text: string;
}
