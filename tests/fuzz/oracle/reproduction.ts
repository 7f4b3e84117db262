import { encodeRequest, placed, type Places, type RawRequest } from '../wire/request.ts';

const WHOLE_BYTES = 8 * 1024;

/** A line for a shell that sends the same bytes again; the port is the running product's. */
export function reproduction(request: RawRequest, port: number, places: Places): string {
  const { body } = request;
  if (typeof body === 'object') {
    const { before, unit, times, after } = body;
    const text = `node -p ${quoted(`${JSON.stringify(before)} + ${JSON.stringify(unit)}.repeat(${String(times)}) + ${JSON.stringify(after)}`)}`;
    const headers = request.headers.map(([name, value]) => ` -H ${quoted(placed(`${name}: ${value}`, places))}`).join('');
    return `${text} | curl -isS -X ${request.method}${headers} --data-binary @- --request-target ${quoted(placed(request.target, places))} http://127.0.0.1:${String(port)}/`;
  }
  const { head, body: bytes } = encodeRequest(request, places);
  const all = Buffer.concat([head, bytes]);
  return `printf ${quoted(escaped(all.subarray(0, WHOLE_BYTES)))} | nc -q 10 127.0.0.1 ${String(port)}${all.length > WHOLE_BYTES ? ` # cut: ${String(all.length)} bytes` : ''}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For printf: what a terminal or a shell would not show as it is becomes an octal escape. */
function escaped(bytes: Buffer): string {
  return Array.from(bytes, (byte) => {
    if (byte === 13) return '\\r';
    if (byte === 10) return '\\n';
    if (byte === 92) return '\\\\';
    if (byte === 37) return '%%';
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }).join('');
}
