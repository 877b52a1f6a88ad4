import { connect } from 'node:tls';

/** Reads the certificate that a host serves. */
export function readCertificate({ address }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 443, rejectUnauthorized: false }, () => {
      const { issuer, subjectAltName, fingerprint256 } = socket.getPeerX509Certificate();
      resolve({ issuer, subjectAltName, fingerprint256 });
      socket.destroy();
    });
    socket.setTimeout(5000, () => socket.destroy(new Error(`${address} does not answer`)));
    socket.once('error', reject);
  });
}
