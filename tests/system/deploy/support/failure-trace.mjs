const slowSeconds = 1;

/**
 * What the reverse proxies noted of requests that failed or took long, and the replicas with their addresses: without
 * it a failure that does not come again cannot be explained.
 * @param {string} since a time, such as `docker logs` takes it.
 * @returns {Promise<string>} lines: by host, status and replica how many, from when to when.
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

/** A line of the access log that failed or was slow, or of the error log. */
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
