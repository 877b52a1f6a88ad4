import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerLog } from './response-tracker';

/**
 * Keeps a server at a number of connections. When the last place is taken, the oldest connection that is not being
 * answered goes, so that clients who open connections and send nothing, or send slowly, keep nobody out. Only when
 * all are being answered is the next one closed at once.
 * @returns the open connections.
 */
export function limitConnections(
  server: Server,
  maxConnections: number,
  answers: AnswerLog,
): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.maxConnections = maxConnections;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size < maxConnections) return;
    for (const candidate of open) {
      if (candidate === socket || answers.isBusy(candidate)) continue;
      // Its place is free when the handle is closed; until then it must not be chosen again.
      open.delete(candidate);
      candidate.destroy();
      return;
    }
  });
  return open;
}
