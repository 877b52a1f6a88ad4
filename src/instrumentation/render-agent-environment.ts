import type { NewRelicSettings } from '../config/settings';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the operator may set otherwise, by the agent's own variables. */
const defaults = {
  // JSON lines on stdout, as the service's own; a file would need a root that can be written.
  NEW_RELIC_LOG: 'stdout',
  NEW_RELIC_LOG_LEVEL: 'warn',
  // The agent asks each cloud's metadata address, which does not answer elsewhere and holds its start up.
  NEW_RELIC_UTILIZATION_DETECT_AWS: 'false',
  NEW_RELIC_UTILIZATION_DETECT_AZURE: 'false',
  NEW_RELIC_UTILIZATION_DETECT_AZUREFUNCTION: 'false',
  NEW_RELIC_UTILIZATION_DETECT_GCP: 'false',
  NEW_RELIC_UTILIZATION_DETECT_PCF: 'false',
} as const;

/** What keeps user names inside and errors single, whatever else is set. */
const fixed = {
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  // Else the account's web page could turn any of this around.
  NEW_RELIC_IGNORE_SERVER_SIDE_CONFIG: 'true',
  // Paths, queries, referrers and cookies hold user names.
  NEW_RELIC_ATTRIBUTES_EXCLUDE: 'request.uri,request.parameters.*,request.headers.*,response.headers.*',
  NEW_RELIC_APPLICATION_LOGGING_ENABLED: 'false',
  NEW_RELIC_RECORD_SQL: 'obfuscated',
  NEW_RELIC_SLOW_SQL_ENABLED: 'false',
  // Failures are reported by the one error exit, without the words of their messages.
  NEW_RELIC_ERROR_COLLECTOR_IGNORE_ERROR_CODES: '400-599',
  NEW_RELIC_DISTRIBUTED_TRACING_ENABLED: 'true',
  // These need packages that the image leaves out.
  NEW_RELIC_SECURITY_AGENT_ENABLED: 'false',
  NEW_RELIC_PROFILING_ENABLED: 'false',
  NEW_RELIC_NATIVE_METRICS_ENABLED: 'false',
  NEW_RELIC_CODE_LEVEL_METRICS_ENABLED: 'false',
} as const;

/**
 * Renders the environment that New Relic's agent reads when it is loaded. `NEW_RELIC_` variables that are set stay,
 * except where they would let user names out.
 */
export function renderAgentEnvironment(
  { licenseKey, appName }: NewRelicSettings,
  environment: Environment,
): Record<string, string> {
  // Compose passes what nobody filled in as an empty string.
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
