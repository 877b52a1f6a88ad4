import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, Writable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { exportLog, type ExportFormat, type ExportWindow } from '../../services/queries/export-log';
import { OperatorError } from '../../shared/operator-error';
import { countLines } from './count-lines';

/** An archive that was written and read back. */
export interface WrittenArchive {
  /** Visits in it. */
  readonly visits: number;
  /** SHA-256 of the file. */
  readonly hash: Buffer;
}

/**
 * Exports the visits of a window into a file, compressed with gzip, and reads the file back. Memory does not grow with
 * their number.
 * @throws {OperatorError} if the file does not hold what was written.
 */
export async function writeArchive(
  client: Client,
  file: string,
  format: ExportFormat,
  window: ExportWindow,
): Promise<WrittenArchive> {
  const written = createDigest();
  const archived = pipeline(
    written.stream,
    createGzip(),
    createWriteStream(file, { mode: 0o600, flush: true }),
  );
  // Otherwise the server would keep sending, and the next statement would wait for ever.
  archived.catch(() => void client.end());
  try {
    await exportLog(client, format, window, written.stream);
    written.stream.end();
  } catch (error) {
    written.stream.destroy(error as Error);
  }
  await archived;

  const read = createDigest();
  const hash = createHash('sha256');
  const source = createReadStream(file);
  source.on('data', (chunk) => hash.update(chunk));
  await pipeline(source, createGunzip(), read.stream, createSink());
  const { lines, digest } = written.finish();
  const again = read.finish();
  if (again.lines !== lines || !again.digest.equals(digest)) {
    throw new OperatorError(`${file} does not hold what was written to it; nothing was removed`);
  }
  // The first line of CSV names the columns.
  return { visits: format === 'csv' ? lines - 1 : lines, hash: hash.digest() };
}

/** Returns the SHA-256 of a file; undefined if there is no such file. */
export async function hashFile(file: string): Promise<Buffer | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest();
}

/** Creates a stream that passes everything on, counts lines and makes a digest. */
function createDigest() {
  const hash = createHash('sha256');
  let lines = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      lines += countLines(chunk);
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, finish: () => ({ lines, digest: hash.digest() }) };
}

function createSink(): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
}
