import { NotImplementedError } from '@skein/reactor/error';

import { IdentError, NoUser } from './errors';
import type { IdentAddress, IdentAnswer, IdentServer } from './identServer';

/** A line of the table, read. */
export type ProcConnection = readonly [local: IdentAddress, remote: IdentAddress, uid: number];

/** What `ProcServerMixin` adds. */
export interface ProcLookups {
  /** The name of the operating system; default `LINUX`. */
  SYSTEM_NAME: string;
  /** The lines of `/proc/net/tcp` after its first. To be overridden: the core reads no files. */
  entries(): Iterable<string> | Promise<Iterable<string>>;
  /** The name of a user. To be overridden; by default `IdentError`, as in Twisted where there is no list of users. */
  getUsername(uid: number): string | Promise<string>;
  /** The address that 8 hexadecimal digits stand for: `0100007F` is 127.0.0.1 where the lowest byte comes first. */
  dottedQuadFromHexString(hexstr: string): string;
  /** An address and port, each in hexadecimal: `0100007F:0277`. */
  unpackAddress(packed: string): IdentAddress;
  /** Reads a line of the table. */
  parseLine(line: string): ProcConnection;
  lookup(serverAddress: IdentAddress, clientAddress: IdentAddress): Promise<IdentAnswer>;
}

/**
 * Gives an `IdentServer` a `lookup` that finds connections in Linux' table of them, and their users.
 *
 * A function that makes a class, where Twisted has a mixin. Where the table and the users' names come from is for a subclass to say,
 * because the core does no I/O.
 *
 * @twisted twisted.protocols.ident.ProcServerMixin
 *
 * @example
 * class Identd extends ProcServerMixin(IdentServer) {
 *   override entries = () => readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1);
 *   override getUsername = (uid: number) => (uid === userInfo().uid ? userInfo().username : String(uid));
 * }
 */
export function ProcServerMixin<B extends new (...args: never[]) => IdentServer>(
  base: B,
): new (...args: ConstructorParameters<B>) => Omit<InstanceType<B>, 'lookup'> & ProcLookups {
  const Looking = class extends (base as unknown as new (...args: unknown[]) => IdentServer) implements ProcLookups {
    SYSTEM_NAME = 'LINUX';

    entries(): Iterable<string> | Promise<Iterable<string>> {
      throw new NotImplementedError(`"${this.logPrefix()}" cannot look users up, wanted an entries method`);
    }

    getUsername(_uid: number): string | Promise<string> {
      throw new IdentError();
    }

    dottedQuadFromHexString(hexstr: string): string {
      // The kernel prints the bytes as a number of this machine.
      return new Uint8Array(Uint32Array.of(parseInt(hexstr, 16)).buffer).join('.');
    }

    unpackAddress(packed: string): IdentAddress {
      const [address = '', port = ''] = packed.split(':');
      return [this.dottedQuadFromHexString(address), parseInt(port, 16)];
    }

    parseLine(line: string): ProcConnection {
      const parts = line.trim().split(/\s+/);
      return [this.unpackAddress(parts[1] ?? ''), this.unpackAddress(parts[2] ?? ''), Number(parts[7])];
    }

    override async lookup(serverAddress: IdentAddress, clientAddress: IdentAddress): Promise<IdentAnswer> {
      for (const entry of await this.entries()) {
        const [local, remote, uid] = this.parseLine(entry);
        const isRemote = remote[0] === clientAddress[0] && remote[1] === clientAddress[1];
        if (isRemote && local[1] === serverAddress[1]) return [this.SYSTEM_NAME, await this.getUsername(uid)];
      }
      throw new NoUser();
    }
  };
  return Looking as unknown as new (...args: ConstructorParameters<B>) => Omit<InstanceType<B>, 'lookup'> & ProcLookups;
}
