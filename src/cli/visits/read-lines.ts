import { LineFault } from '../../shared/line-fault';
import { maxLineBytes, readUtf8 } from './read-utf8';

/**
 * Reads the lines of a UTF-8 file. A line ends with LF or CR LF, and with nothing else: `readline` of Node 24 also ends
 * lines at U+2028 and U+2029, which JSON and names may hold.
 * @throws {LineFault} for a line that is not UTF-8 or too long.
 */
export async function* readLines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let line = 1;
  let rest = '';
  for await (const piece of readUtf8(input)) {
    const lines = (rest + piece.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield text.endsWith('\r') ? text.slice(0, -1) : text;
    line += lines.length;
    if (rest.length > maxLineBytes) throw new LineFault(line, `it is longer than ${maxLineBytes} bytes`);
  }
  if (rest !== '') yield rest;
}
