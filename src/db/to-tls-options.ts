import type { ConnectionOptions as TlsConnectionOptions } from 'node:tls';

/** How a connection is encrypted. */
export interface TlsOptions {
  readonly verifyHost: boolean;
  /** PEM text of the trusted authorities. Undefined: those of Node. */
  readonly ca: string | undefined;
}

/** Renders the TLS options for `pg`. */
export function toTlsOptions(tls: TlsOptions | undefined): TlsConnectionOptions | false {
  if (!tls) return false;
  const ca = tls.ca === undefined ? {} : { ca: tls.ca };
  if (tls.verifyHost) return { rejectUnauthorized: true, ...ca };
  // As libpq's `require`: with a CA the chain is checked, the host name is not.
  return { rejectUnauthorized: tls.ca !== undefined, checkServerIdentity: () => undefined, ...ca };
}
