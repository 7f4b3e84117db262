const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** The text for an unknown figure. Unknown is never shown as 0. */
export const UNKNOWN = '–';

/** `12,408`; `–` if it is unknown. */
export function whole(value: number | undefined): string {
  return value === undefined ? UNKNOWN : WHOLE.format(value);
}

/** In full below 100,000, then `124.1K`, so that a figure does not move its neighbours. */
export function short(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return Math.abs(value) < 100_000 ? WHOLE.format(value) : SHORT.format(value);
}

/** A rate per second, with one decimal below 10. */
export function rate(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value > 0 && value < 10 ? value.toFixed(1) : short(value);
}

/** Milliseconds with meaningful decimals; the unit is shown separately. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value < 10 ? value.toFixed(1) : WHOLE.format(value);
}

/** `1 file`, `12 files`. */
export function counted(count: number, what: string): string {
  return `${whole(count)} ${what}${count === 1 ? '' : 's'}`;
}
