import { connect, type Socket } from 'node:net';

/** A response as it was received. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Opens a connection to a service, optionally from a given address of this machine. */
export function openSocket(url: string, localAddress?: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), ...(localAddress ? { localAddress } : {}) });
}

/**
 * Writes bytes to a service and reads until it closes the connection, or until `isEnough` holds.
 * @returns the received bytes, none if the connection was reset first; rejects when the connection stays open and idle
 * for 15 seconds.
 */
export function exchange(
  url: string,
  bytes: string | Buffer,
  isEnough: (received: Buffer) => boolean = () => false,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(url);
    const chunks: Buffer[] = [];
    socket.setTimeout(15_000, () => {
      socket.destroy();
      reject(new Error(`still open after: ${JSON.stringify(Buffer.concat(chunks).toString('latin1'))}`));
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (isEnough(Buffer.concat(chunks))) socket.destroy();
    });
    // A reset ends the connection, too; the bytes received before are kept.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(Buffer.concat(chunks)));
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  });
}

/**
 * Parses the complete responses in the received bytes.
 * @param methods the methods of the requests, in order: a response to HEAD has no body.
 */
export function parseResponses(received: Buffer, methods: readonly string[] = []): RawResponse[] {
  const responses: RawResponse[] = [];
  let rest = received;
  for (;;) {
    const parsed = parseResponse(rest, methods[responses.length] === 'HEAD');
    if (!parsed) return responses;
    responses.push(parsed.response);
    rest = parsed.rest;
  }
}

function parseResponse(
  bytes: Buffer,
  headOnly: boolean,
): { response: RawResponse; rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const after = bytes.subarray(end + 4);
  const none = { body: Buffer.alloc(0), rest: after };
  const read = headOnly || status === 204 || status === 304 ? none : readBody(after, headers);
  return read && { response: { status, headers, body: read.body }, rest: read.rest };
}

function readBody(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
): { body: Buffer; rest: Buffer } | undefined {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(bytes);
  const length = Number(headers['content-length'] ?? bytes.length);
  if (bytes.length < length) return undefined;
  return { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

function readChunks(bytes: Buffer): { body: Buffer; rest: Buffer } | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), rest: bytes.subarray(next) };
    chunks.push(bytes.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}
