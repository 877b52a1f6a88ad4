import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createOutput } from '../../src/cli/output';

function createFailing(code: string): { stream: Writable; attempts: () => number } {
  let attempts = 0;
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      attempts += 1;
      done(Object.assign(new Error(`write ${code}`), { code }));
    },
  });
  return { stream, attempts: () => attempts };
}

it('waits until a piece is written', async () => {
  const passed: (() => void)[] = [];
  const stream = new Writable({ write: (_chunk, _encoding, done) => void passed.push(done) });
  const write = createOutput(stream);
  let isWritten = false;
  const written = write('a').then(() => (isWritten = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([passed.length, isWritten]).toEqual([1, false]);
  passed[0]!();
  await written;
  expect(stream.writableLength).toBe(0);
});

it('writes every piece to a slow reader', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const write = createOutput(stream);
  const pieces = Array.from({ length: 100 }, (_, index) => `${index}\n`);
  const read = text(stream);
  for (const piece of pieces) await write(piece);
  stream.end();
  expect(await read).toBe(pieces.join(''));
});

it('drops the rest after the reader has closed', async () => {
  const { stream, attempts } = createFailing('EPIPE');
  const write = createOutput(stream);
  await write('a');
  await write('b');
  expect(attempts()).toBe(1);
});

it('fails on any other write error', async () => {
  const { stream } = createFailing('ENOSPC');
  await expect(createOutput(stream)('a')).rejects.toThrow('write ENOSPC');
});
