/**
 * THE SEAM: what a reactor asks of the world, and nothing more.
 *
 * A driver is the reactor's own abstraction of an event loop: a clock with one alarm, and handles that push events. Few
 * verbs; every behaviour that Twisted's users see lives above the seam, once. Drivers stay dumb: they buffer nothing,
 * decide nothing, and know nothing of protocols. (There is no Twisted counterpart: there, each reactor brings its own
 * `select` loop, and the transports are written against file descriptors.)
 *
 * The contract. Each rule is tested, case by case, by `testing/compliance/driverSuite` on every driver.
 *
 * 1. No event is emitted, and `onTurn` is not called, from inside a command. The world speaks only in the driver's own turn.
 * 2. `listenStream` binds before it returns, or throws a `DriverError` with an errno code.
 * 3. `connectStream` returns at once; then exactly one of `connected` or `closed(error)` follows.
 * 4. At most one `write` is outstanding; `written` ends it. Batching and back-pressure live above. `unsent`, where a driver has
 *    it, tells how much of the write is left. `writeText`, where a driver has it, is a `write`. Where a driver `takesMore`, a
 *    further `write` becomes part of the outstanding one.
 * 5. Handles are born stopped. No `data` before `readStart` or after `readStop`. `data` buffers belong to the receiver;
 *    where a driver has `lends` and it is set, for as long as the event lasts.
 * 6. `ended` at most once, and no `data` after it. Half-open is allowed until `shutdown` or `close`.
 * 7. `closed` exactly once and last. There is no `error` event: failure is the argument of the end.
 * 8. Equal inputs give equal orders: ties by sequence number, never by chance.
 * 9. After `startTLS`, where a driver has it, exactly one of `secured` or `closed(error)` follows. What came before it in
 *    plain and was not delivered is thrown away; no `data` comes before `secured`; a `write` or `shutdown` may be
 *    commanded, and is carried out after it. `ended` means the peer's close_notify, `shutdown` sends one, and a stream that
 *    ends without is `closed(error)` with the code `EOF`, after the data before it. `close` alone says no farewell. All of
 *    it holds as well for the handle that `startTLSOver` makes of another, whatever that one's bytes travel by.
 *
 * And between `start` and `stop` only: outside of it nothing is delivered and nothing keeps the process alive; what was
 * commanded before `start` is carried out then, and what happens meanwhile waits.
 */
export type { ConnectStreamOptions, Cancellation, IDriver, ListenStreamOptions, ResolvedAddress } from './driver';
export type { InetSocketAddress, SocketAddress, UnixSocketAddress } from './socketAddress';
export type { StreamHandle, StreamHandleEvents } from './streamHandle';
export type { ListenHandle, ListenHandleEvents } from './listenHandle';
export type { SecuredInfo, StartTLSOptions, TLSContext, TLSPeerName } from './tls';
export { TLS_SYSCALL, TLS_TRUNCATED, TLS_WRONG_NAME } from './tls';
export { DriverError } from './driverError';
