/**
 * How PM2 runs the service, both in a container and on a host:
 *   npm run build && npx pm2-runtime start docker/ecosystem.config.cjs --raw
 * WEB_CONCURRENCY is the number of workers, WEB_MAX_MEMORY the size at which one is replaced.
 */
const { join } = require('node:path');

const milliseconds = (name, fallback) => Number(process.env[name] || fallback);

// The service reads the same two settings, so PM2 never kills a worker that is still stopping.
const drain = milliseconds('SHUTDOWN_DRAIN_MS', 0);
const longestRequest = milliseconds('SHUTDOWN_TIMEOUT_MS', 10_000);

module.exports = {
  apps: [
    {
      name: 'footfall',
      cwd: join(__dirname, '..'),
      script: 'dist/src/main.js',
      // Half the young generation, and a limit for the old one, so that V8 collects in time: less memory under load, at
      // the same speed. `npm start` and `footfall` set both too.
      node_args: ['--max-semi-space-size=8', '--max-old-space-size=512'],
      // Cluster mode even for one worker: a worker that exceeds its memory serves until its replacement is ready.
      exec_mode: 'cluster',
      instances: Number(process.env.WEB_CONCURRENCY || 1),
      max_memory_restart: process.env.WEB_MAX_MEMORY || '300M',
      // The worker sends 'ready' once migrations are applied and the database has answered.
      wait_ready: true,
      listen_timeout: 20_000,
      // Plus 5 s for closing the pool. The container's stop_grace_period is longer.
      kill_timeout: drain + longestRequest + 5000,
      // A worker that cannot start is retried with growing delays; the container is unhealthy meanwhile.
      exp_backoff_restart_delay: 200,
      max_restarts: 1e6,
      // None of PM2's features except process management.
      pmx: false,
      automation: false,
      vizion: false,
    },
  ],
};
