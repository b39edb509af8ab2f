/**
 * From names on the wire to names of properties.
 *
 * @twisted twisted.protocols.amp.PYTHON_KEYWORDS and `_wireNameToPythonIdentifier`
 *
 * The names are the ones that a Python program has for the same command: dashes become underscores, and a keyword of Python is
 * capitalized (`from` is `From`).
 */

/** The words that get a capital. */
export const PYTHON_KEYWORDS = [
  ...(['and', 'del', 'for', 'is', 'raise', 'assert', 'elif', 'from', 'lambda', 'return', 'break', 'else'] as const),
  ...(['global', 'not', 'try', 'class', 'except', 'if', 'or', 'while', 'continue', 'exec', 'import', 'pass'] as const),
  ...(['yield', 'def', 'finally', 'in', 'print'] as const),
] as const;

type Underscored<Name extends string> = Name extends `${infer A}-${infer B}` ? Underscored<`${A}_${B}`> : Name;

/** The property's name for a name on the wire. */
export type Identifier<Name> = Name extends string
  ? Underscored<Name> extends (typeof PYTHON_KEYWORDS)[number]
    ? Capitalize<Underscored<Name>>
    : Underscored<Name>
  : never;

const KEYWORDS: ReadonlySet<string> = new Set(PYTHON_KEYWORDS);

/** The property's name for a name on the wire. */
export function identifierOf(name: string): string {
  const underscored = name.includes('-') ? name.replaceAll('-', '_') : name;
  return KEYWORDS.has(underscored) ? underscored.charAt(0).toUpperCase() + underscored.slice(1) : underscored;
}
