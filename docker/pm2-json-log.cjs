/**
 * Loaded before PM2: turns PM2's own messages into JSON lines like the service's, so that the whole stdout of a
 * container is JSON.
 */
const { isPrimary } = require('node:cluster');
const { format } = require('node:util');

const levels = { debug: 20, log: 30, info: 30, warn: 40, error: 50 };

// Workers are forked with the same options, but keep their own console.
if (isPrimary) {
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...words) => {
      const msg = format(...words).trim();
      // PM2 prints this twenty times a second while a worker answers its last requests, which is normal.
      if (msg.endsWith('failed to kill - retrying in 100ms')) return;
      process.stdout.write(
        `${JSON.stringify({ level, time: new Date().toISOString(), name: 'pm2', msg })}\n`,
      );
    };
  }
}
