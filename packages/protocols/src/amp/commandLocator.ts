/**
 * Who carries out which command.
 *
 * @twisted twisted.protocols.amp.CommandLocator, SimpleStringLocator
 *
 * Left out: `lookupFunction`, which Twisted has deprecated.
 */
import { inspect } from 'node:util';

import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import { Failure } from '@skein/reactor/failure';

import type { AmpBox } from './ampBox';
import { asRemoteError, type CommandClass, type Responder, type ResponderRegistry } from './command';
import { BadLocalReturn } from './errors';
import type { BoxResponder, IResponderLocator } from './interfaces';

/**
 * Finds responders that were added by `Command.responder`. The last one added for a name answers: those of a subclass take
 * precedence over those of its base class.
 *
 * @twisted twisted.protocols.amp.CommandLocator
 */
export class CommandLocator implements IResponderLocator, ResponderRegistry {
  readonly #proto: unknown;
  readonly #responders = new Map<string, BoxResponder>();

  /** @param proto - what arguments are given as their protocol; by default the locator */
  constructor(proto: unknown = null) {
    this.#proto = proto ?? this;
  }

  addResponder<C extends CommandClass>(command: C, respond: Responder<C>): void {
    const untyped = respond as unknown as (args: Record<string, unknown>) => unknown;
    this.#responders.set(command.commandName, (box) => answer(command, untyped, box, this.#proto));
  }

  locateResponder(name: string): BoxResponder | null {
    return this.#responders.get(name) ?? null;
  }
}

/** Carries out a command, from box to box. What is wrong with the box throws at once. */
function answer(
  command: CommandClass,
  respond: (args: Record<string, unknown>) => unknown,
  box: AmpBox,
  proto: unknown,
): Deferred<AmpBox> {
  const args = command.parseArguments(box, proto);
  return maybeDeferred(respond, args)
    .addCallback((objects: unknown): AmpBox => {
      try {
        return command.makeResponse(objects, proto);
      } catch (error) {
        const returned = inspect(objects, { depth: 1, maxArrayLength: 10, maxStringLength: 200 });
        const message = `the responder of ${command.commandName} returned ${returned}, which cannot be sent`;
        throw new BadLocalReturn(message, new Failure(error));
      }
    })
    .addErrback((failure: Failure): never => {
      throw asRemoteError(command, failure);
    });
}

/** A responder of a `SimpleStringLocator`, if the object has it. */
export function locateByName(object: object, prefix: string, name: string): BoxResponder | null {
  // Capitals by ASCII alone, as in Twisted: "ß" stays one character.
  const method = prefix + name.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  const responder = (object as Record<string, unknown>)[method];
  return typeof responder === 'function' ? (responder.bind(object) as BoxResponder) : null;
}

/**
 * Finds responders by their names: the method `amp_` and the command's name in capitals takes the box, and returns one.
 *
 * @twisted twisted.protocols.amp.SimpleStringLocator
 */
export class SimpleStringLocator implements IResponderLocator {
  baseDispatchPrefix = 'amp_';

  locateResponder(name: string): BoxResponder | null {
    return locateByName(this, this.baseDispatchPrefix, name);
  }
}
