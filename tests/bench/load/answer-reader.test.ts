import { createAnswerReader, UnreadableAnswer, type Answer } from '../../../bench/load/answer-reader';

const body = JSON.stringify({ id: 1, username: 'ada', visits: 1 });
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Reads the pieces from one reused buffer, as from a socket. */
function readPieces(...pieces: readonly string[]): (Answer | undefined)[] {
  const buffer = Buffer.alloc(64 * 1024);
  const read = createAnswerReader();
  return pieces.map((piece) => read(buffer, buffer.write(piece, 'latin1')));
}

it('reads an answer that is split at any byte, and the next one', () => {
  for (let cut = 1; cut < answer.length; cut += 1) {
    const answers = readPieces(answer.slice(0, cut), answer.slice(cut), answer);
    expect(answers.map((read) => read?.status)).toEqual([undefined, 200, 200]);
  }
});

it('reads an answer that arrives byte by byte', () => {
  const answers = readPieces(...Array.from(answer));
  expect(answers.at(-1)).toMatchObject({ status: 200, closes: false });
  expect(answers.filter((read) => read !== undefined)).toHaveLength(1);
});

it('accepts field names in any case, fields in any order, and an empty body', () => {
  const fields = ['X-content-length: 7', 'CONTENT-length:0', 'connection: Close'];
  expect(readPieces(`HTTP/1.1 503 Busy\r\n${fields.join('\r\n')}\r\n\r\n`)).toMatchObject([
    { status: 503, closes: true },
  ]);
});

it('does not read fields from the body', () => {
  const lines = '\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(readPieces(`HTTP/1.1 200 OK\r\nContent-Length: ${lines.length}\r\n\r\n${lines}`)).toMatchObject([
    { status: 200, closes: false },
  ]);
});

it('reads a body longer than the buffer', () => {
  const length = 150_000;
  const pieces = [
    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`,
    'a'.repeat(64_000),
    'b'.repeat(64_000),
  ];
  const answers = readPieces(...pieces, 'c'.repeat(length - 128_000), answer);
  expect(answers.map((read) => read?.status)).toEqual([undefined, undefined, undefined, 200, 200]);
});

it.each([
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', 'not HTTP/1.1'],
  ['another protocol without an end of the head', 'SSH-2.0-', 'not HTTP/1.1'],
  ['an invalid status', 'HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n', 'not HTTP/1.1'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'chunked'],
  ['a body that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\n', 'no Content-Length'],
  ['a length that is not a number', 'HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n', 'no Content-Length'],
  ['more bytes than announced', `${answer}!`, 'longer than its Content-Length'],
  ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(16 * 1024)}`, 'too long'],
])('refuses %s', (_what, bytes, message) => {
  expect(() => readPieces(bytes)).toThrow(UnreadableAnswer);
  expect(() => readPieces(bytes)).toThrow(message);
});
