/**
 * How PM2 runs the service, in a container and on a bare host alike:
 *   npm run build && npx pm2-runtime start docker/ecosystem.config.cjs --raw
 * WEB_CONCURRENCY is the number of workers, WEB_MAX_MEMORY the size at which one is replaced.
 */
const { join } = require('node:path');

const milliseconds = (name, fallback) => Number(process.env[name] || fallback);

// The same two settings that the service reads, so that PM2 never cuts a stop that the service still works on.
const drain = milliseconds('SHUTDOWN_DRAIN_MS', 0);
const longestRequest = milliseconds('SHUTDOWN_TIMEOUT_MS', 10_000);

module.exports = {
  apps: [
    {
      name: 'footfall',
      cwd: join(__dirname, '..'),
      script: 'dist/src/main.js',
      // Half the young generation: less memory under load, at the same speed. `npm start` says the same.
      node_args: ['--max-semi-space-size=8'],
      // Cluster mode, even for one worker: a worker that outgrew its memory goes on serving until its successor is ready.
      exec_mode: 'cluster',
      instances: Number(process.env.WEB_CONCURRENCY || 1),
      max_memory_restart: process.env.WEB_MAX_MEMORY || '300M',
      // The worker says 'ready' once migrations are applied and the database has answered.
      wait_ready: true,
      listen_timeout: 20_000,
      // 5 s for closing the pool after them; stop_grace_period of the container is longer still.
      kill_timeout: drain + longestRequest + 5000,
      // A worker that cannot start is tried again ever more slowly; the container is unhealthy meanwhile.
      exp_backoff_restart_delay: 200,
      max_restarts: 1e6,
      // Nothing of PM2's beside the process management.
      pmx: false,
      automation: false,
      vizion: false,
    },
  ],
};
