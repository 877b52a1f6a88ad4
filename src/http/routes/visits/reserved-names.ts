const requestedByBrowsers = `
  favicon*.ico favicon*.png favicon*.svg apple-touch-icon*.png browserconfig.xml manifest.json
  manifest.webmanifest site.webmanifest sw.js service-worker.js serviceworker.js apple-app-site-association
  crossdomain.xml clientaccesspolicy.xml`;

// Crawlers, feed readers and advertising networks.
const requestedByCrawlers = `
  robots.txt humans.txt security.txt llms*.txt ai.txt ads.txt app-ads.txt sellers.json sitemap*.xml
  sitemap*.xml.gz sitemap*.txt feed feed.xml feed.json rss rss.xml atom.xml index.xml index.htm* index.json
  default.htm* home.htm* main.htm*`;

// Hidden files, programs of other servers, configurations, backups.
const requestedByScanners = `
  .env* .git* .svn .hg .bzr .ht* .ds_store .vscode .idea .aws .azure .kube .docker* .ssh .npmrc .yarnrc .netrc
  .pgpass .my.cnf .bash* .zsh* .profile .config .terraform* .circleci .travis.yml .well-known .s3cfg .boto
  .ftpconfig .remote-sync.json wp wp-* wordpress *.php *.php5 *.php7 *.phtml *.asp *.aspx *.ashx *.asmx *.jsp
  *.jspx *.jspa *.action *.cgi *.cfm *.dll *.env *.env.* env env.js *.ini *.conf *.config *.cfg *.properties
  *.yml *.yaml *.toml *.lock *.log *.pem *.key *.sql *.sqlite *.db *.bak *.old *.orig *.swp *.zip *.rar *.7z
  *.tar *.gz *.tgz *.bz2 config.json config.js credentials credentials.json secrets.json package.json
  package-lock.json composer.json appsettings*.json swagger*.json openapi.json server-status server-info
  nginx_status actuator cgi-bin phpmyadmin* pma adminer* _ignition _profiler _next _all_dbs _cat hnap1 goform
  boaform gponform owa ecp autodiscover webdav xmlrpc nmaplowercheck* evox sdk solr jmx-console web-inf`;

/**
 * Names that browsers, crawlers and scanners request on their own, in lower case; `*` is any text without a slash. The
 * list leaves out words that people may use as names, such as `admin` or `next.js`. `docs/http.md` shows it, and a test
 * compares the two.
 */
export const commonNames = `${requestedByBrowsers} ${requestedByCrawlers} ${requestedByScanners}`
  .trim()
  .split(/\s+/);

/**
 * Creates the check whether a name is reserved, in any case of its letters. A path below a reserved hidden folder, such
 * as `.git/config`, is too; other paths are not, because they may begin with the host of a site.
 * @param reserved names and patterns; `*` stands for any text without a slash, `common` for `commonNames`
 */
export function createReservedCheck(reserved: readonly string[]): (name: string) => boolean {
  const entries = reserved.flatMap((entry) => (entry === 'common' ? commonNames : [entry.toLowerCase()]));
  if (entries.length === 0) return () => false;
  const names = new Set(entries.filter((entry) => !entry.includes('*')));
  const pattern = createPattern(entries.filter((entry) => entry.includes('*')));
  return (name) => {
    const lower = name.replace(/^(\.[^/]*)\/.*$/s, '$1').toLowerCase();
    return names.has(lower) || (pattern?.test(lower) ?? false);
  };
}

/** Those that begin with `*` share one beginning, so that they are compared with the end of a name only. */
function createPattern(entries: readonly string[]): RegExp | undefined {
  const ends = entries.filter((entry) => entry.startsWith('*')).map((entry) => toPattern(entry.slice(1)));
  const others = entries.filter((entry) => !entry.startsWith('*')).map(toPattern);
  const patterns = ends.length === 0 ? others : [...others, `[^/]*(?:${ends.join('|')})`];
  return patterns.length === 0 ? undefined : new RegExp(`^(?:${patterns.join('|')})$`);
}

function toPattern(entry: string): string {
  return entry
    .split(/\*+/)
    .map((text) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('[^/]*');
}
