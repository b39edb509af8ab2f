/**
 * Companion values for interfaces, so that `IHalfCloseableProtocol.providedBy(p)` ports verbatim.
 *
 * @twisted zope.interface `Interface.providedBy`
 *
 * TypeScript's interfaces vanish at run time; the companion keeps the member names that make an object a provider and
 * narrows the type. Providing is structural (an object with the members provides the interface): there is no
 * `@implementer`, no declaration to forget, and no adaptation (`IFoo(x, None)`).
 */

/** The run-time side of an interface. `I` is the TypeScript interface it stands for. */
export interface InterfaceCompanion<I> {
  /** The interface's name, for messages. */
  readonly interfaceName: string;
  /** The members an object must have to provide the interface: its own and those of the interfaces it extends. */
  readonly members: readonly string[];
  /** Whether `candidate` has every member of the interface; narrows its type. Never throws. */
  providedBy(candidate: unknown): candidate is I;
}

/**
 * Makes the companion of interface `I`.
 *
 * @param interfaceName - its name, as in Twisted
 * @param members - names of the required methods and attributes
 * @param bases - companions of the interfaces that `I` extends
 *
 * @example
 * interface IGreeter { greet(name: string): void }
 * const IGreeter = defineInterface<IGreeter>('IGreeter', ['greet']);
 * IGreeter.providedBy({ greet() {} }); // true
 */
export function defineInterface<I>(
  interfaceName: string,
  members: readonly (keyof I & string)[],
  ...bases: readonly { readonly members: readonly string[] }[]
): InterfaceCompanion<I> {
  const all = [...new Set([...bases.flatMap((base) => base.members), ...members])];
  return Object.freeze({
    interfaceName,
    members: Object.freeze(all),
    providedBy(candidate: unknown): candidate is I {
      if ((typeof candidate !== 'object' || candidate === null) && typeof candidate !== 'function') return false;
      // Asked for every connection, so without a function for each member.
      for (const member of all) if (!(member in candidate)) return false;
      return true;
    },
  });
}
