import { AnswerReader } from './answer.ts';
import { encodeRequest } from './request.ts';
import { encodeFrame, FrameReader, TEXT } from './websocket-frames.ts';

const places = { head: '7-42', host: '127.0.0.1:8000' };

/** Whatever pieces the bytes come in, they mean the same. */
function piecewise<Result>(bytes: Buffer, size: number, take: (piece: Buffer) => Result | undefined): Result | undefined {
  let result: Result | undefined;
  for (let at = 0; at < bytes.length; at += size) result ??= take(bytes.subarray(at, at + size));
  return result;
}

describe('the wire of the fuzzers', () => {
  it('reads an answer by its length, in chunks, or up to the end of the connection, in whatever pieces it arrives', () => {
    const texts = [
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
    ];
    for (const text of texts)
      for (const size of [1, 7, 1000]) {
        const reader = new AnswerReader();
        expect(piecewise(Buffer.from(text), size, (piece) => reader.take(piece))).toEqual(
          jasmine.objectContaining({ status: 200, body: 'hello' }),
        );
      }
    const untilTheEnd = new AnswerReader();
    expect(untilTheEnd.take(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\nno'))).toBeUndefined();
    expect(untilTheEnd.end()).toEqual(jasmine.objectContaining({ status: 400, body: 'no' }));
  });

  it('does not accept half an answer', () => {
    const reader = new AnswerReader();
    expect(reader.take(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel'))).toBeUndefined();
    expect(reader.end()).toBeUndefined();
  });

  it('reads a frame in whatever pieces it arrives, and recognises invalid ones', () => {
    for (const length of [5, 300, 70_000]) {
      const payload = 'x'.repeat(length);
      const bytes = encodeFrame({ opcode: TEXT, payload, masked: false });
      const reader = new FrameReader();
      const frame = piecewise(bytes, 997, (piece) => reader.take(piece)[0]);
      expect(frame?.payload.toString()).toBe(payload);
    }
    expect(() => new FrameReader().take(Buffer.from('HTTP/1.1 503 Service Unavailable\r\n'))).toThrowError(/no frame/);
  });

  it("puts the running product's address into a stored request, with the requested length of its body", () => {
    const request = {
      door: 'gateway',
      method: 'POST',
      target: '/x?at=@head@&e=@epoch@',
      headers: [['host', '@host@']],
      body: { before: '[', unit: '0,', times: 3, after: '0]' },
    } as const;
    const { head, body } = encodeRequest({ ...request, framing: 'too-short' }, places);
    expect(head.toString()).toBe('POST /x?at=7-42&e=7 HTTP/1.1\r\nhost: 127.0.0.1:8000\r\ncontent-length: 6\r\n\r\n');
    expect(body.toString()).toBe('[0,0,0,0]');
    expect(encodeRequest({ ...request, framing: 'chunked' }, places).body.toString()).toMatch(/^2\r\n\[0\r\n.*0\r\n\r\n$/s);
  });
});
