import type { NewRelicSettings } from '../config/settings';

type Environment = Readonly<Record<string, string | undefined>>;

/** Defaults that the operator may override with the agent's own variables. */
const defaults = {
  // JSON lines on stdout, like those of the service. A file would need a writable root file system.
  NEW_RELIC_LOG: 'stdout',
  NEW_RELIC_LOG_LEVEL: 'warn',
  // Outside a cloud its metadata address does not answer, which delays the start of the agent.
  NEW_RELIC_UTILIZATION_DETECT_AWS: 'false',
  NEW_RELIC_UTILIZATION_DETECT_AZURE: 'false',
  NEW_RELIC_UTILIZATION_DETECT_AZUREFUNCTION: 'false',
  NEW_RELIC_UTILIZATION_DETECT_GCP: 'false',
  NEW_RELIC_UTILIZATION_DETECT_PCF: 'false',
} as const;

/** Fixed values: they keep user names out of the data and report each error once. */
const fixed = {
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  // Otherwise the account's web page could override these values.
  NEW_RELIC_IGNORE_SERVER_SIDE_CONFIG: 'true',
  // Paths, queries, referrers and cookies hold user names.
  NEW_RELIC_ATTRIBUTES_EXCLUDE: 'request.uri,request.parameters.*,request.headers.*,response.headers.*',
  NEW_RELIC_APPLICATION_LOGGING_ENABLED: 'false',
  NEW_RELIC_RECORD_SQL: 'obfuscated',
  NEW_RELIC_SLOW_SQL_ENABLED: 'false',
  // Failures are reported by `reportError`, without their messages.
  NEW_RELIC_ERROR_COLLECTOR_IGNORE_ERROR_CODES: '400-599',
  NEW_RELIC_DISTRIBUTED_TRACING_ENABLED: 'true',
  // These need packages that are not in the image.
  NEW_RELIC_SECURITY_AGENT_ENABLED: 'false',
  NEW_RELIC_PROFILING_ENABLED: 'false',
  NEW_RELIC_NATIVE_METRICS_ENABLED: 'false',
  NEW_RELIC_CODE_LEVEL_METRICS_ENABLED: 'false',
} as const;

/**
 * Renders the environment that New Relic's agent reads when it is loaded. `NEW_RELIC_` variables that are
 * set are kept, except where they would send user names.
 */
export function renderAgentEnvironment(
  { licenseKey, appName }: NewRelicSettings,
  environment: Environment,
): Record<string, string> {
  // Compose passes a variable without a value as an empty string.
  const chosen = Object.entries(defaults).map(([name, value]) => {
    const given = environment[name];
    return [name, given === undefined || given === '' ? value : given] as const;
  });
  return {
    ...Object.fromEntries(chosen),
    ...fixed,
    NEW_RELIC_LICENSE_KEY: licenseKey,
    NEW_RELIC_APP_NAME: appName,
  };
}
