/** Kinds of findings that are being mended: the short form passes over them, the long one does not. */
export const KNOWN: readonly RegExp[] = [
  /^a refusal that is no problem\+json \(400\)/,
  /^a bad request that names no field/,
  /^503 UNAVAILABLE/,
  /^closed without an answer/,
];
