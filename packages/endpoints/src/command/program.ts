/**
 * `skein run`: from a command line to an exit code.
 *
 * @twisted twisted.application.twist._twist.Twist, twisted.application.app
 *
 * The composition root of the command: it installs the reactor, and is the only one to do so. Order: log, pid file, reactor,
 * module, listening (with the privileges there are), other user, start; on the way back the services stop, then connections
 * have their time, then the pid file goes.
 */
import { createNodeReactor, installReactor } from '@skein/reactor';
import { CannotListenError } from '@skein/reactor/error';
import { type IReactor, IReactorCore } from '@skein/reactor/interfaces';
import { globalLogPublisher, Logger } from '@skein/reactor/logger';

import { IProcess, type IService } from '../application/service';
import '../websocket';

import { HELP, parseCommandLine, type RunCommand } from './commandLine';
import { Ending, ExitStatus } from './exitStatus';
import { loadModule } from './loadModule';
import { logOutput } from './logOutput';
import { writePIDFile } from './pidFile';
import { shedPrivileges } from './privileges';
import { serviceOfModule } from './serviceOfModule';
import { countSignals, setProcessTitle, type SignalCount } from './thisProcess';

/** Where words for the person at the terminal go. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Does what a command line says. Fulfilled with the exit code; never rejected. */
export async function skein(argv: readonly string[], version: string, terminal: Terminal): Promise<number> {
  try {
    const command = parseCommandLine(argv);
    if (command.kind === 'help') terminal.out(HELP);
    else if (command.kind === 'version') terminal.out(`skein ${version}\n`);
    else return await run(command);
    return ExitStatus.OK;
  } catch (error) {
    const ending = error instanceof Ending ? error : null;
    const text = ending?.message ?? (error instanceof Error ? error.stack : undefined) ?? String(error);
    terminal.err(`skein: ${text}\n`);
    return ending?.status ?? ExitStatus.SOFTWARE;
  }
}

async function run(command: RunCommand): Promise<number> {
  const observer = logOutput(command);
  globalLogPublisher.addObserver(observer);
  const removePIDFile = command.pidFile === null ? null : writePIDFile(command.pidFile);
  try {
    const reactor = await makeReactor(command.reactor);
    const exports = await loadModule(command.module);
    const service = await serviceOfModule(command.module, exports, {
      reactor,
      listen: command.listen,
      args: command.args,
    });
    start(service, command);
    return await runReactor(reactor, service, command.drain);
  } finally {
    removePIDFile?.();
    globalLogPublisher.removeObserver(observer);
  }
}

async function makeReactor(name: string): Promise<IReactor> {
  let reactor: unknown = null;
  if (name === 'node') reactor = createNodeReactor();
  else {
    const { makeReactor: make } = await loadModule(name);
    if (typeof make === 'function') reactor = await (make as () => unknown)();
  }
  if (!IReactorCore.providedBy(reactor)) {
    throw new Ending(
      ExitStatus.CONFIG,
      `--reactor "${name}" gives no reactor, wanted node or a module with makeReactor()`,
    );
  }
  installReactor(reactor as IReactor);
  return reactor as IReactor;
}

/** Listens, becomes the other user, starts. */
function start(service: IService | null, { uid, gid }: RunCommand): void {
  const process: Partial<IProcess> = IProcess.providedBy(service) ? service : {};
  try {
    service?.privilegedStartService();
    shedPrivileges(uid ?? process.uid ?? null, gid ?? process.gid ?? null);
    if (process.processName != null) setProcessTitle(process.processName);
    service?.startService();
  } catch (error) {
    if (!(error instanceof CannotListenError)) throw error;
    throw new Ending(ExitStatus.UNAVAILABLE, error.message, { cause: error });
  }
}

async function runReactor(reactor: IReactor, service: IService | null, drain: number): Promise<number> {
  const log = new Logger({ namespace: 'skein.command' });
  const signals: SignalCount = countSignals();
  reactor.callWhenRunning(() => log.info('Running; SIGTERM or Ctrl-C stops.'));
  reactor.addSystemEventTrigger('before', 'shutdown', () => {
    if (drain > 0) log.info('Connections have {drain} seconds to finish.', { drain });
    return service?.stopService();
  });
  await reactor.run({ graceful: drain > 0 ? drain : null });
  signals.stop();
  log.info('Stopped.');
  return signals.forcedBy === null ? ExitStatus.OK : 128 + signals.forcedBy;
}
