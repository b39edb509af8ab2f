/**
 * Finger: who is there, and who is that.
 *
 * @twisted twisted.protocols.finger
 *
 * Lines are text. `/W` counts as the switch that RFC 1288 says it is, alone and before a name; for Twisted it is a name when it
 * is alone. The host of a query to be forwarded is the one that was asked for; Twisted's is always empty.
 */
import { LineReceiver } from './basic';

/**
 * Answers one query (RFC 1288), and refuses it: subclasses override the methods of what they want to tell.
 *
 * @twisted twisted.protocols.finger.Finger
 *
 * @example
 * class Users extends Finger {
 *   override getUser(verbose: boolean, user: string) {
 *     this.transport.write(`Login: ${user}\r\n`);
 *     this.transport.loseConnection();
 *   }
 * }
 */
export class Finger extends LineReceiver {
  /** The longest query, in bytes. */
  override MAX_LENGTH = 1024;

  override lineReceived(line: string): unknown {
    const parts = line.split(/[ \t\n\r\v\f]+/).filter((part) => part !== '');
    const only = parts.length === 1 && /^\/w$/i.test(parts[0]!);
    const slashW = only || parts.length > 1;
    const user = only ? '' : (parts.at(-1) ?? '');
    const at = user.lastIndexOf('@');
    if (at !== -1) return this.forwardQuery(slashW, user.slice(0, at), user.slice(at + 1));
    return user === '' ? this.getDomain(slashW) : this.getUser(slashW, user);
  }

  /** Somebody asks for a user (or, with `''`, for all users) of another host. Refused, unless it is overridden. */
  forwardQuery(_slashW: boolean, _user: string, _host: string): unknown {
    return this.#refuse('Finger forwarding service denied');
  }

  /** Somebody asks who is there; at length, if `slashW`. Refused, unless it is overridden. */
  getDomain(_slashW: boolean): unknown {
    return this.#refuse('Finger online list denied');
  }

  /** Somebody asks for a user; at length, if `slashW`. There is none, unless it is overridden. */
  getUser(_slashW: boolean, user: string): unknown {
    this.transport.write(`Login: ${user}\n`);
    return this.#refuse('No such user');
  }

  #refuse(message: string): unknown {
    this.transport.write(`${message}\n`);
    this.transport.loseConnection();
    return undefined;
  }
}
