const slowSeconds = 1;

/**
 * Summarises the failed and the slow requests in the logs of the reverse proxies, and lists the replicas with their
 * addresses, so that a failure can be explained that does not occur again.
 * @param {string} since a time in a format of `docker logs`.
 * @returns {Promise<string>} lines: for each host, status and replica the number of requests, and the period.
 */
export async function traceFailures(hosts, since) {
  const parts = await Promise.all([...hosts.map((host) => traceProxy(host, since)), listReplicas(hosts[0])]);
  return parts.join('\n');
}

async function traceProxy({ url, run }, since) {
  const label = 'label=com.docker.swarm.service.name=footfall_nginx';
  const script = `for id in $(docker ps --all --quiet --filter ${label}); do docker logs --since ${since} $id 2>&1; done`;
  const groups = new Map();
  for (const line of (await run('sh', '-c', script)).split('\n')) {
    const { time, what } = readLine(line) ?? {};
    if (what === undefined) continue;
    const group = groups.get(what);
    if (group === undefined) groups.set(what, { count: 1, first: time, last: time });
    else Object.assign(group, { count: group.count + 1, last: time });
  }
  const lines = [...groups].map(
    ([what, { count, first, last }]) => `${first} to ${last}: ${count} × ${what}`,
  );
  return [`${url}:`, ...lines.sort().slice(0, 30)].join('\n  ');
}

/** Reads a line of the access log with a failed or slow request, or a line of the error log. */
function readLine(line) {
  if (!line.startsWith('{')) {
    const [, date, clock, reason] =
      /^(\S+) (\S+) \[(?:error|crit|alert|warn)\] [^*]*(?:\*\d+ )?(.*?)(?:, client:|$)/.exec(line) ?? [];
    return reason && { time: `${date} ${clock}`, what: reason };
  }
  const { time, status, duration_s: duration, upstream_addr: replica } = JSON.parse(line);
  if (status < 500 && duration < slowSeconds) return undefined;
  return { time, what: `${status}${duration < slowSeconds ? '' : `, over ${slowSeconds} s`}, ${replica}` };
}

async function listReplicas({ run }) {
  const addresses = '{{range .NetworksAttachments}}{{.Addresses}}{{end}}';
  const format = `{{.NodeID}} ${addresses} {{.DesiredState}}, {{.Status.State}} at {{.Status.Timestamp}}, made at {{.CreatedAt}}`;
  const script = `docker inspect --format '${format}' $(docker service ps --quiet --no-trunc footfall_web)`;
  return ['replicas:', ...(await run('sh', '-c', script)).split('\n')].join('\n  ');
}
