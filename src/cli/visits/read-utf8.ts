import { isUtf8 } from 'node:buffer';
import { LineFault } from '../../shared/line-fault';

/** The longest line that an import reads, so that a file without line breaks does not fill the memory. */
export const maxLineBytes = 1_048_576;

const byteOrderMark = Buffer.from('\uFEFF');
const lineFeed = 0x0a;

/**
 * Reads a text file in pieces that hold whole characters, without its byte order mark.
 * @throws {LineFault} for the first line that is not UTF-8. Decoding it would replace the unreadable characters, and
 * different names would become one.
 */
export async function* readUtf8(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let line = 1;
  let isFirst = true;
  const check = (piece: Buffer): Buffer => {
    if (!isText(piece))
      throw new LineFault(line + countLinesBeforeFault(piece), explainFault(piece, isFirst));
    const marked = isFirst && piece.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    line += countLines(piece);
    isFirst = false;
    return marked ? piece.subarray(byteOrderMark.length) : piece;
  };

  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of input) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    // An ASCII byte is never part of another character, so a piece that ends with one holds whole characters.
    const end = bytes.findLastIndex((byte) => byte < 0x80) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield check(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield check(rest);
}

// UTF-16 can be valid UTF-8 with zero bytes. No text has a zero byte.
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}

function countLinesBeforeFault(bytes: Buffer): number {
  let start = 0;
  for (let lines = 0; ; lines += 1) {
    const end = bytes.indexOf(lineFeed, start);
    if (end === -1 || !isText(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
}

function explainFault(bytes: Buffer, isFirst: boolean): string {
  const hasMarkOfUtf16 = isFirst && /^(fffe|feff)/.test(bytes.toString('hex', 0, 2));
  if (hasMarkOfUtf16 || bytes.includes(0)) {
    return 'it is UTF-16 or not text; convert the file to UTF-8, for example with "iconv -f UTF-16 -t UTF-8"';
  }
  return 'it is not UTF-8; convert the file, for example with "iconv -f WINDOWS-1252 -t UTF-8"';
}
