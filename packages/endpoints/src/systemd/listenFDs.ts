/**
 * Sockets that systemd has bound and handed over: `LISTEN_FDS` and its kin, sd_listen_fds(3).
 *
 * @twisted twisted.python.systemd.ListenFDs
 */

/** Variables of an environment, such as `process.env`. */
export type Environment = Record<string, string | undefined>;

/** The first descriptor that systemd hands over; the others follow it. */
const START = 3;
/** More than any process may have open: a count beyond it is no count. */
const MAX_COUNT = 1_048_576;

/**
 * The descriptors that were inherited from systemd, in order, and by the names that units give them (`FileDescriptorName=`).
 *
 * @twisted twisted.python.systemd.ListenFDs
 *
 * @example
 * const inherited = ListenFDs.fromEnvironment(process.env, process.pid);
 * inherited.inheritedDescriptors(); // [3, 4]
 * inherited.inheritedNamedDescriptors().get('web'); // 4
 */
export class ListenFDs {
  readonly #descriptors: readonly number[];
  readonly #names: readonly string[];

  constructor(descriptors: readonly number[], names: readonly string[] = []) {
    this.#descriptors = [...descriptors];
    this.#names = [...names];
  }

  /**
   * What the environment says was handed over to this process. Nothing, when it says so to another process, or what it
   * says does not go together. What was meant for this process is deleted from `environ`, as in Twisted: it counts once, and is
   * not handed on to children.
   */
  static fromEnvironment(environ: Environment, pid: number, start = START): ListenFDs {
    if (environ['LISTEN_PID'] !== String(pid)) return new ListenFDs([]);
    const { LISTEN_FDS: count = '', LISTEN_FDNAMES: joined = '' } = environ;
    delete environ['LISTEN_PID'];
    delete environ['LISTEN_FDS'];
    delete environ['LISTEN_FDNAMES'];
    const descriptors =
      /^\d+$/.test(count) && Number(count) <= MAX_COUNT
        ? Array.from({ length: Number(count) }, (_, i) => start + i)
        : [];
    const names = joined === '' ? [] : joined.split(':');
    // systemd since 227 (2015) names every descriptor; none named is an older one, and some named is nobody's.
    if (names.length > 0 && names.length !== descriptors.length) return new ListenFDs([]);
    return new ListenFDs(descriptors, names);
  }

  /** The descriptors, in the order of the unit. */
  inheritedDescriptors(): number[] {
    return [...this.#descriptors];
  }

  /** The descriptors by name. Of several with one name the last counts. */
  inheritedNamedDescriptors(): Map<string, number> {
    return new Map(this.#names.map((name, i) => [name, this.#descriptors[i] as number]));
  }
}
