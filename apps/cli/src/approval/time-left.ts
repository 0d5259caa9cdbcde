/** `29 min`, `45 s`; `no time` when it is over. */
export function timeLeft(expires: string, now: number): string {
  const seconds = Math.max(0, Math.round((Date.parse(expires) - now) / 1_000));
  if (seconds === 0) return 'no time';
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}
