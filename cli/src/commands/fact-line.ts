import { placeOf, type Fact, type Offset } from '@graphtail/facts';
import { printable } from '../printable.ts';
import type { Ink, Meaning } from './ink.ts';

/** How a fact is shown: a mark, a colour with the same meaning, what the fact is about, and what it says. */
type Reading = { readonly mark: string; readonly meaning: Meaning; readonly about: string; readonly says: string };

const SEQ_WIDTH = 9;
const KIND_WIDTH = 20;
/** A source that would be shorter than this is left out. */
const LEAST_SOURCE = 4;

/** One fact as one line: place, local time of day, mark, kind, what it is about. The line is cut at `columns`, if given. */
export function factLine(fact: Fact, ink: Ink, columns = Number.POSITIVE_INFINITY): string {
  const { mark, meaning, about, says } = reading(fact);
  const place = placeOf(fact.offset).padStart(SEQ_WIDTH);
  const head = `${place}  ${timeOfDay(fact.timestamp)}  ${mark} ${printable(fact.event_type).padEnd(KIND_WIDTH)}  `;
  const room = Math.max(0, columns - head.length);
  const subject = about.includes(' ') && fact.entity_type === 'relationship' ? cutRelationship(about, room) : cut(about, room);
  const rest = cut(says === '' ? '' : `  ${says}`, room - subject.length);
  return `${ink('quiet', head.slice(0, SEQ_WIDTH + 16))}${ink(meaning, head.slice(SEQ_WIDTH + 16))}${subject}${ink('quiet', rest)}`;
}

/** The line of a snapshot among facts. A snapshot's time is not comparable with the facts' times, so it is left out. */
export function snapshotLine(asOf: Offset, nodes: number, relationships: number, ink: Ink): string {
  const place = placeOf(asOf).padStart(SEQ_WIDTH);
  const holds = `${figure(nodes)} nodes, ${figure(relationships)} relationships`;
  return `${ink('quiet', place.padEnd(SEQ_WIDTH + 16))}${ink('completed', `■ ${'snapshot'.padEnd(KIND_WIDTH)}  `)}${holds}`;
}

function cut(text: string, room: number): string {
  const line = printable(text.replaceAll(/\s+/g, (space) => (space.includes('\n') ? ' ' : space)));
  if (line.length <= room) return line;
  return room < 2 ? '' : `${line.slice(0, room - 1)}…`;
}

/** The local time of day: a person compares it with the clock on the wall. JSON has UTC. */
function timeOfDay(timestamp: string): string {
  const at = new Date(timestamp);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** `a calls b` in less room: the source is cut first, then the beginning of the target. The end of both is what tells them from others. */
function cutRelationship(text: string, room: number): string {
  const line = cut(text, Number.POSITIVE_INFINITY);
  if (line.length <= room) return line;
  const [, source = '', rest = ''] = /^(.*?)( [a-z_]+ .*)$/.exec(line) ?? [];
  const left = room - rest.length;
  if (left >= LEAST_SOURCE) return `…${source.slice(source.length - left + 1)}${rest}`;
  return room < 2 ? '' : `…${line.slice(line.length - room + 1)}`;
}

function reading(fact: Fact): Reading {
  const about = fact.entity_id;
  switch (fact.event_type) {
    case 'node_added':
      return { mark: '+', meaning: 'added', about, says: `${fact.data.node_type}, ${lines(fact.data.line_count)}` };
    case 'node_updated':
    case 'relationship_updated':
      return { mark: '~', meaning: 'updated', about: subjectOf(fact), says: changed(fact.data) };
    case 'node_deleted':
      return { mark: '−', meaning: 'deleted', about, says: fact.data.node_type };
    case 'relationship_added':
      return { mark: '+', meaning: 'added', about: subjectOf(fact), says: '' };
    case 'relationship_deleted':
      return { mark: '−', meaning: 'deleted', about: subjectOf(fact), says: '' };
    case 'graph_reset':
      return { mark: '−', meaning: 'deleted', about: 'everything', says: fact.data.reason };
    case 'analysis_started':
      return { mark: '◔', meaning: 'progress', about: fact.data.reason, says: `${figure(fact.data.files_total)} files` };
    case 'analysis_progress': {
      const { phase, percentage, files_done, files_total, current_file } = fact.data;
      return {
        mark: '◔',
        meaning: 'progress',
        about: `${phase} ${percentage.toFixed(0)} %`,
        says: `${figure(files_done)}/${figure(files_total)} files  ${current_file}`.trimEnd(),
      };
    }
    case 'analysis_completed': {
      const { node_count, relationship_count, changes, duration_ms } = fact.data;
      return {
        mark: '✓',
        meaning: 'completed',
        about: `${figure(changes)} changes in ${seconds(duration_ms)}`,
        says: `${figure(node_count)} nodes, ${figure(relationship_count)} relationships`,
      };
    }
    case 'analysis_failed':
    case 'analysis_cancelled':
      return { mark: '!', meaning: fact.event_type === 'analysis_failed' ? 'wrong' : 'progress', about: fact.data.reason, says: '' };
    case 'rule_violated':
      return { mark: '!', meaning: 'wrong', about: fact.data.rule, says: `${fact.data.source_id} → ${fact.data.target_id}` };
    case 'rule_satisfied':
      return { mark: '✓', meaning: 'completed', about: fact.data.rule, says: `${fact.data.source_id} → ${fact.data.target_id}` };
    case 'alert_raised':
      return {
        mark: '!',
        meaning: fact.data.severity === 'critical' ? 'wrong' : 'progress',
        about: fact.data.name,
        says: fact.data.summary,
      };
    case 'alert_resolved':
    case 'alert_acknowledged':
      return { mark: '✓', meaning: 'completed', about: fact.data.name, says: fact.data.summary };
    case 'audit_recorded':
      return { mark: '·', meaning: 'plain', about: `${fact.data.actor} ${fact.data.action} ${fact.data.target}`, says: fact.data.outcome };
    default:
      return { mark: '·', meaning: 'plain', about: (fact as Fact).entity_id, says: '' }; // a kind of fact from a newer server
  }
}

/** `a|calls|b` reads better as `a calls b`. */
function subjectOf(fact: Fact): string {
  return fact.entity_type === 'relationship' ? fact.entity_id.replace(/\|([a-z_]+)\|/, ' $1 ') : fact.entity_id;
}

function changed(data: object): string {
  return Object.keys(data)
    .filter((key) => key !== 'file_path')
    .sort()
    .join(', ');
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${figure(count)} lines`;
}

const number = new Intl.NumberFormat('en-US');

/** `1,204`; a dash if the value is unknown. */
export function figure(value: number | undefined): string {
  return value === undefined ? '–' : number.format(value);
}

/** `1.2 s`, from milliseconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
