import { constants } from 'node:crypto';
import tls from 'node:tls';

import type { TLSContext } from '../../driver';

import { toTLSError } from './nodeErrors';

/** What was made of each context: parsing certificates takes longer than a handshake's other work, and tickets need their keys. */
const made = new WeakMap<TLSContext, tls.SecureContext>();

/**
 * Node's secure context for a description, made once.
 *
 * @throws DriverError when there is something wrong with it
 */
export function secureContextOf(context: TLSContext): tls.SecureContext {
  let secure = made.get(context);
  if (secure === undefined) {
    secure = make(context);
    made.set(context, secure);
  }
  return secure;
}

function make(context: TLSContext): tls.SecureContext {
  const { certificateChain, privateKey, verification, trust, ciphers, dhParameters = null } = context;
  try {
    return tls.createSecureContext({
      ...(certificateChain !== null && privateKey !== null && { cert: certificateChain, key: privateKey }),
      // Who verifies nothing needs no authorities, and loading the platform's takes time.
      ...(verification === 'none' ? { ca: [] } : trust !== 'platform' && { ca: [...trust] }),
      ...(ciphers !== null && { ciphers }),
      ...(dhParameters !== null && { dhparam: dhParameters }),
      minVersion: context.minVersion,
      maxVersion: context.maxVersion,
      // The server knows best, as in Twisted.
      honorCipherOrder: true,
      secureOptions: context.sessions ? 0 : constants.SSL_OP_NO_TICKET,
      // OpenSSL wants one as soon as a server asks for certificates and its sessions are resumed.
      sessionIdContext: 'skein',
    });
  } catch (error) {
    throw toTLSError(error);
  }
}
