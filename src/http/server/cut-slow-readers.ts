import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerLog } from './response-tracker';

const lookEveryMs = 1000;

/**
 * Ends the connections of clients that do not take their answers: Node has a limit for the way in, and none for the
 * way out that a client could not stretch by sending something now and then.
 * @param withinMs the longest time from the moment an answer is written to the moment the last byte is taken.
 */
export function cutSlowReaders(
  server: Server,
  open: ReadonlySet<Socket>,
  answers: AnswerLog,
  withinMs: number,
): void {
  const seenAt = new WeakMap<ServerResponse, number>();
  const look = (): void => {
    const now = performance.now();
    for (const socket of open) {
      const answer = answers.lastOf(socket);
      if (!answer?.headersSent || answer.writableFinished) continue;
      const since = seenAt.get(answer);
      if (since === undefined) seenAt.set(answer, now);
      else if (now - since >= withinMs) socket.destroy();
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  server.once('close', () => clearInterval(timer));
}
