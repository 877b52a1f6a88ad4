/** SQL for a session that stays idle as long as its process runs: no timeout ends it. PostgreSQL 13 has none. */
export const neverEndIdle = `SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'`;
