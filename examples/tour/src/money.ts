/** Money is whole cents everywhere; only the writers of files know about decimals. */
export function plain(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(Math.abs(cents % 100)).padStart(2, '0')}`;
}

/** `1,234.56`, as in English letters. */
export function english(cents: number): string {
  return plain(cents).replace(/\B(?=(\d{3})+\.)/g, ',');
}

/** `1.234,56`, as in German exports. */
export function german(cents: number): string {
  return english(cents).replaceAll(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
}

/** Value-added tax, rounded to the cent, halves up. */
export function vatOf(cents: number, percent: number): number {
  return Math.floor((cents * percent + 50) / 100);
}
