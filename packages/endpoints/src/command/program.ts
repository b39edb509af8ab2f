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
import { maybeDeferred } from '@skein/reactor/defer';
import { CannotListenError, ReactorNotRunning } from '@skein/reactor/error';
import { isFailure } from '@skein/reactor/failure';
import { type IReactor, IReactorCore } from '@skein/reactor/interfaces';
import { globalLogPublisher, Logger, type LogObserver } from '@skein/reactor/logger';

import { IProcess, type IService } from '../application/service';
import '../websocket';

import { HELP, parseCommandLine, type RunCommand } from './commandLine';
import { Ending, ExitStatus } from './exitStatus';
import { cannotListen } from './listening';
import { loadModule } from './loadModule';
import { logOutput } from './logOutput';
import { writePIDFile } from './pidFile';
import { shedPrivileges } from './privileges';
import { serviceOfModule } from './serviceOfModule';
import { setProcessTitle, SignalCount } from './thisProcess';

const log = new Logger({ namespace: 'skein.command' });

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
  const signals = new SignalCount();
  const observer = withoutSecondStop(logOutput(command), signals);
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
    return await runReactor(reactor, service, command.drain, signals);
  } finally {
    const left = removePIDFile?.() ?? null;
    if (left !== null) log.warn('{left}', { left });
    globalLogPublisher.removeObserver(observer);
  }
}

async function makeReactor(name: string): Promise<IReactor> {
  let reactor: unknown = null;
  if (name === 'node') reactor = createNodeReactor();
  else {
    const { makeReactor: make } = await loadModule(name);
    if (typeof make === 'function') reactor = await made(name, make as () => unknown);
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

async function made(name: string, make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Ending(ExitStatus.SOFTWARE, `makeReactor() of "${name}" failed: ${text}`, { cause: error });
  }
}

/** Listens, becomes the other user, starts. What listens already when that fails is closed. */
function start(service: IService | null, { uid, gid }: RunCommand): void {
  const process: Partial<IProcess> = IProcess.providedBy(service) ? service : {};
  try {
    service?.privilegedStartService();
    shedPrivileges(uid ?? process.uid ?? null, gid ?? process.gid ?? null);
    if (process.processName != null) setProcessTitle(process.processName);
    service?.startService();
  } catch (error) {
    // Not waited for, since the reactor does not run; and what it says to that is not what is wrong.
    if (service !== null) maybeDeferred(() => service.stopService()).addErrback(() => null);
    throw error instanceof CannotListenError ? cannotListen(error) : error;
  }
}

async function runReactor(
  reactor: IReactor,
  service: IService | null,
  drain: number,
  signals: SignalCount,
): Promise<number> {
  signals.start();
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

/** The reactor's `ReactorNotRunning` at a second signal is Twisted's, and alarms people who have only pressed Ctrl-C twice. */
function withoutSecondStop(observe: LogObserver, signals: SignalCount): LogObserver {
  return (event) => {
    const { log_failure: failure } = event;
    const isSecondStop = isFailure(failure) && failure.value instanceof ReactorNotRunning && signals.forcedBy !== null;
    if (!isSecondStop) observe(event);
  };
}
