const ISO_8601 =
  /^(?<year>\d{4})(?<dash>-?)(?<month>\d\d)\k<dash>(?<day>\d\d)(?:[T ](?<hour>\d\d)(?::?(?<minute>\d\d)(?::?(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?)?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Parses an ISO 8601 time: a date, alone or with a time of day, in the extended or the basic form (`2026-01-31T12:00:00.5+01:00`,
 * `20260131T1200Z`).
 * @param zone what a time without a zone means
 * @returns ms since 1970; undefined if the text is no such time
 */
export function parseTime(text: string, zone: 'utc' | 'local' = 'utc'): number | undefined {
  const parts = ISO_8601.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { year, month, day, hour = '00', minute = '00', second = '00', fraction = '' } = parts;
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  const given = `${year!}-${month!}-${day!}T${hour}:${minute}:${second}.${ms}`;
  const asUtc = Date.parse(`${given}Z`);
  // `Date` takes 31 February for 3 March.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString() !== `${given}Z`) return undefined;
  if (parts['zone'] === undefined) return zone === 'utc' ? asUtc : Date.parse(given);
  return asUtc - zoneMinutes(parts['zone']) * 60_000;
}

function zoneMinutes(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '');
  return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0));
}
