/**
 * The guide's examples whose own tests run on the simulation too. Those of `qotd` are about `qotdEndpoint` and `qotdFactory` as well.
 * `logfile` writes its file for real, at once: that takes no turn of the machine, and nothing comes of it for the hosts.
 */
export const SIMULATED_GUIDE = ['echo', 'answer', 'qotd', 'echoCounter', 'chat', 'logfile'] as const;
