/* global __ENV, setTimeout */
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import { WebSocket } from 'k6/websockets';

// Many subscribers at once, each checking for itself that it misses nothing. tests/load/README.md says how to run it.
const ADDRESS = (__ENV.URL || 'http://127.0.0.1:8000').replace(/\/+$/, '');
const GRAPH = __ENV.GRAPH || '';
const COUNT = Number(__ENV.COUNT || 100);
const SECONDS = Number(__ENV.SECONDS || 30);
const FROM = __ENV.FROM || 'latest';
// What is done to the graph meanwhile, so that there are facts: reanalyze (a few, harmless), reset (all of them anew), none.
const LOAD = __ENV.LOAD || 'reanalyze';
const EVERY_SECONDS = Number(__ENV.EVERY_SECONDS || 5);

const connectMs = new Trend('graphtail_connect_ms', true);
const subscribedMs = new Trend('graphtail_subscribed_ms', true);
const deliveryMs = new Trend('graphtail_delivery_ms', true);
const connected = new Rate('graphtail_connected');
const complete = new Rate('graphtail_complete');
const gaps = new Counter('graphtail_gaps');
const facts = new Counter('graphtail_facts');
const frames = new Counter('graphtail_frames');

export const options = {
  scenarios: {
    subscribers: { executor: 'per-vu-iterations', exec: 'subscriber', vus: COUNT, iterations: 1, maxDuration: `${SECONDS + 60}s` },
    ...(LOAD === 'none'
      ? {}
      : {
          load: {
            executor: 'constant-arrival-rate',
            exec: 'load',
            rate: 1,
            timeUnit: `${EVERY_SECONDS}s`,
            startTime: '3s',
            duration: `${Math.max(1, SECONDS - 5)}s`,
            preAllocatedVUs: 1,
          },
        }),
  },
  thresholds: {
    graphtail_connected: ['rate==1'],
    graphtail_complete: ['rate==1'],
    graphtail_gaps: ['count==0'],
    graphtail_connect_ms: ['p(95)<100'],
    graphtail_delivery_ms: ['p(95)<50'],
    checks: ['rate==1'],
  },
  summaryTrendStats: ['min', 'med', 'p(95)', 'p(99)', 'max'],
};

const GRAPH_QUERY = GRAPH === '' ? '' : `graph=${encodeURIComponent(GRAPH)}&`;

export function setup() {
  const response = http.get(`${ADDRESS}/health`);
  if (response.status !== 200) exec.test.abort(`no healthy Graphtail at ${ADDRESS}: status ${response.status}`);
}

function headOfLog() {
  return http.get(`${ADDRESS}/api/log?${GRAPH_QUERY}`).json('head');
}

function seqOf(offset) {
  return Number(offset.slice(offset.indexOf('-') + 1));
}

/** A member of a frame, read from its beginning: parsing every fact would measure this script. */
function member(text, name) {
  const start = text.indexOf(`"${name}":"`);
  if (start < 0 || start > 400) return undefined;
  const from = start + name.length + 4;
  return text.slice(from, text.indexOf('"', from));
}

export function subscriber() {
  const began = Date.now();
  const socket = new WebSocket(`${ADDRESS.replace(/^http/, 'ws')}/ws/events?${GRAPH_QUERY}from=${FROM}&batch=true`);
  let cursor;
  let live = false;
  let ended = false;
  let goal;

  const end = (ok) => {
    if (ended) return;
    ended = true;
    complete.add(ok);
    socket.close();
  };

  socket.addEventListener('open', () => connectMs.add(Date.now() - began));

  socket.addEventListener('message', ({ data }) => {
    const now = Date.now();
    const type = member(data, 'type');
    switch (type) {
      case 'subscribed':
        connected.add(true);
        gaps.add(0);
        subscribedMs.add(now - began);
        cursor = member(data, 'cursor');
        live = data.includes('"mode":"live"');
        return;
      case 'caught_up':
        live = true;
        return;
      case 'fell_behind':
        live = false;
        return;
      case 'facts': {
        const prev = member(data, 'prev');
        const through = member(data, 'through');
        const arrived = seqOf(through) - seqOf(prev);
        frames.add(1);
        facts.add(arrived);
        // each fact is on a line of its own: the frame holds as many as its ends say
        const lines = data.split('\n').length - 2;
        if (prev !== cursor || lines !== arrived) gaps.add(1);
        cursor = through;
        if (live) deliveryMs.add(Math.max(0, now - Date.parse(member(data, 'appended_at'))));
        if (goal !== undefined && seqOf(cursor) >= seqOf(goal)) end(true);
        return;
      }
      case 'error':
        check(data, { 'no subscription is refused': () => false });
        return;
      default:
        return;
    }
  });

  socket.addEventListener('close', () => {
    if (cursor === undefined) connected.add(false);
    end(false);
  });
  socket.addEventListener('error', () => end(false));

  // at the end, everything up to the head of that moment must have come, or come within 5 s
  setTimeout(() => {
    if (ended) return;
    goal = headOfLog();
    if (cursor !== undefined && seqOf(cursor) >= seqOf(goal)) end(true);
    else setTimeout(() => end(false), 5000);
  }, SECONDS * 1000);
}

export function load() {
  const body = LOAD === 'reset' ? { reset: true } : { force: true };
  const response = http.post(`${ADDRESS}/api/graph/admin/reanalyze?${GRAPH_QUERY}`, JSON.stringify(body), {
    headers: { 'content-type': 'application/json' },
  });
  check(response, { 'an analysis is taken on': ({ status }) => status === 202 });
}
