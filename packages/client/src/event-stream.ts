/** One event of a server-sent event stream. */
export type StreamEvent = { readonly event: string; readonly id: string | undefined; readonly data: string };

/**
 * Splits the text of an event stream into its events (WHATWG HTML, 9.2.6 "Interpreting an event stream"),
 * in whatever pieces it comes. Comments and events without data are left out.
 */
export class EventStreamParser {
  #rest = '';
  #event = '';
  #id: string | undefined;
  #data: string[] = [];

  push(piece: string): StreamEvent[] {
    const text = this.#rest + piece;
    const events: StreamEvent[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
      start = end + 1;
      const event = this.#line(line);
      if (event !== undefined) events.push(event);
    }
    this.#rest = text.slice(start);
    return events;
  }

  #line(line: string): StreamEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const event = { event: this.#event === '' ? 'message' : this.#event, id: this.#id, data: this.#data.join('\n') };
    const empty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    return empty ? undefined : event;
  }
}
