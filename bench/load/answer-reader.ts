/** A complete HTTP response. */
export interface Answer {
  readonly status: number;
  /** The server closes the connection after it. */
  readonly closes: boolean;
  readonly bodyLength: number;
}

/** A response that the reader does not support. The measurement is then invalid. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/**
 * Reads the first `length` bytes of a buffer, which the caller may reuse. Returns the response if
 * it is complete.
 * @throws {UnreadableAnswer}
 */
export type AnswerReader = (bytes: Buffer, length: number) => Answer | undefined;

const version = 'HTTP/1.1 ';
// Node's own limit: https://nodejs.org/api/http.html#httpmaxheadersize
const longestHead = 16 * 1024;

/**
 * Reads consecutive responses of one connection, in pieces of any size. Parses only the head, and
 * counts the bytes of the body.
 */
export function createAnswerReader(): AnswerReader {
  let begun = '';
  let head: Answer | undefined;
  let missing = 0;
  return (bytes, length) => {
    let headLength = 0;
    if (!head) {
      const before = begun.length;
      begun += bytes.toString('latin1', 0, Math.min(length, longestHead));
      const end = begun.indexOf('\r\n\r\n');
      if (end < 0) {
        checkBegun(begun);
        return undefined;
      }
      head = parseHead(begun.slice(0, end + 2));
      headLength = end + 4 - before;
      missing = head.bodyLength;
      begun = '';
    }
    missing -= length - headLength;
    if (missing > 0) return undefined;
    if (missing < 0) throw new UnreadableAnswer('the answer is longer than its Content-Length');
    const answer = head;
    head = undefined;
    return answer;
  };
}

function checkBegun(begun: string): void {
  if (!version.startsWith(begun.slice(0, version.length))) {
    throw new UnreadableAnswer('the answer is not HTTP/1.1');
  }
  if (begun.length >= longestHead) throw new UnreadableAnswer('the head of the answer is too long');
}

// One expression per field is faster than one for all, which stops at each line.
function parseHead(head: string): Answer {
  const status = /^HTTP\/1\.1 (\d{3})[ \r]/.exec(head)?.[1];
  if (status === undefined) throw new UnreadableAnswer('the answer is not HTTP/1.1');
  if (/\r\nTransfer-Encoding:/i.test(head)) throw new UnreadableAnswer('the answer is chunked');
  const bodyLength = /\r\nContent-Length:[ \t]*(\d+)[ \t]*\r\n/i.exec(head)?.[1];
  if (bodyLength === undefined) throw new UnreadableAnswer('the answer has no Content-Length');
  const closes = /\r\nConnection:[ \t]*close[ \t]*\r\n/i.test(head);
  return { status: Number(status), bodyLength: Number(bodyLength), closes };
}
