/**
 * Loaded before PM2: what PM2 itself has to say becomes JSON lines like the service's own, so that a container's
 * stdout is JSON from the first line to the last.
 */
const { isPrimary } = require('node:cluster');
const { format } = require('node:util');

const levels = { debug: 20, log: 30, info: 30, warn: 40, error: 50 };

// A worker is forked with the same options, and its console is its own.
if (isPrimary) {
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...words) => {
      const msg = format(...words).trim();
      // Said twenty times a second while a worker answers its last requests, which is what it should do.
      if (msg.endsWith('failed to kill - retrying in 100ms')) return;
      process.stdout.write(
        `${JSON.stringify({ level, time: new Date().toISOString(), name: 'pm2', msg })}\n`,
      );
    };
  }
}
