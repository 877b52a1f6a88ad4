/** An answer of which every byte has come. */
export interface Answer {
  readonly status: number;
  /** The server closes the connection after it. */
  readonly closes: boolean;
}

/** Bytes that are no answer as the bench's servers give them; what was measured so far means nothing then. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/**
 * Takes the first `length` bytes of a buffer, which is free again afterwards. Says the answer when it is whole with
 * them.
 * @throws {UnreadableAnswer}
 */
export type AnswerReader = (bytes: Buffer, length: number) => Answer | undefined;

interface Head extends Answer {
  readonly bodyLength: number;
}

const version = 'HTTP/1.1 ';
// Node's own limit: https://nodejs.org/api/http.html#httpmaxheadersize
const longestHead = 16 * 1024;

/**
 * Reads the answers on one connection, one after another, in pieces of any size: status and Content-Length out of the
 * head, and of the body no more than how long it is.
 */
export function createAnswerReader(): AnswerReader {
  let begun = '';
  let head: Head | undefined;
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

// An expression for each field is faster than one for all, which stops at every line.
function parseHead(head: string): Head {
  const status = /^HTTP\/1\.1 (\d{3})[ \r]/.exec(head)?.[1];
  if (status === undefined) throw new UnreadableAnswer('the answer is not HTTP/1.1');
  if (/\r\nTransfer-Encoding:/i.test(head)) throw new UnreadableAnswer('the answer is chunked');
  const bodyLength = /\r\nContent-Length:[ \t]*(\d+)[ \t]*\r\n/i.exec(head)?.[1];
  if (bodyLength === undefined) throw new UnreadableAnswer('the answer has no Content-Length');
  const closes = /\r\nConnection:[ \t]*close[ \t]*\r\n/i.test(head);
  return { status: Number(status), bodyLength: Number(bodyLength), closes };
}
