const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** What stands where a figure is not known. Unknown is never 0. */
export const UNKNOWN = '–';

/** `12,408`; `–` where it is not known. */
export function whole(value: number | undefined): string {
  return value === undefined ? UNKNOWN : WHOLE.format(value);
}

/** Whole below 100,000, then `124.1K`: a figure must not push its neighbours about. */
export function short(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return Math.abs(value) < 100_000 ? WHOLE.format(value) : SHORT.format(value);
}

/** A rate a second: one decimal below 10, where it matters. */
export function rate(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value > 0 && value < 10 ? value.toFixed(1) : short(value);
}

/** Milliseconds with as many decimals as mean something; the unit is set apart. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value < 10 ? value.toFixed(1) : WHOLE.format(value);
}
