/**
 * The one look at the process's environment for what systemd handed over: once, for all.
 *
 * @twisted twisted.internet.endpoints._SystemdParser._sddaemon
 */
import { ListenFDs } from './listenFDs';

const KEY = Symbol.for('@skein/endpoints/inherited');

/** What this process has inherited. Looked at when it is first wanted; then the environment does not have it any more. */
export function inheritedFDs(): ListenFDs {
  const holder = globalThis as { [KEY]?: ListenFDs };
  return (holder[KEY] ??= ListenFDs.fromEnvironment(process.env, process.pid));
}
