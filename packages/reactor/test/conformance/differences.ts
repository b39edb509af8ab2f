/**
 * Where this project means to differ from the recordings: area, case, reason.
 *
 * Each is explained in docs/differences-from-twisted.md. A case listed here that does the same as Twisted after all fails.
 */
export const deliberateDifferences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  clock: {
    'reactor-cancel-inserted': 'a cancelled call leaves the queue at once, so the reactor does not wake for it',
  },
  reactor: {
    'iterate-without-run': 'the reactor cannot be iterated from outside: Node cannot block, so a turn is never inside a call',
  },
  transports: {
    'disconnect-connected/tls':
      'connector.disconnect() loses the secured connection as loseConnection() does, so that what was written arrives',
    'tls-verify-untrusted/tls':
      "Node checks certificates when OpenSSL is done, so a server is not told by an alert: it sees the connection cut",
    'tls-handshake-listener-failure/tls':
      "Node checks certificates when OpenSSL is done, so a server is not told by an alert: it sees the connection cut",
    'half-client-loses-write/unix':
      'what is written goes out when the turn ends, so an answer is sent before the end of the stream behind the request is seen',
  },
};
