import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Stands in for node_exporter on the database's host, with one disk of 100 GB whose free part the tests set, and for
 * blackbox_exporter, with a certificate whose end the tests set.
 */
export async function startHostMetrics() {
  const size = 100e9;
  const disk = {
    free: 0.5,
    /** Part that each scrape takes from the free space. */
    lossPerScrape: 0,
  };
  const certificate = { daysLeft: 60 };
  const server = createServer((request, response) => {
    disk.free -= disk.lossPerScrape;
    const labels = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}';
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    const end = Math.round(Date.now() / 1000) + certificate.daysLeft * 86_400;
    response.end(`node_filesystem_size_bytes${labels} ${size}
node_filesystem_avail_bytes${labels} ${size * disk.free}
probe_ssl_earliest_cert_expiry ${end}
`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    disk,
    certificate,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
