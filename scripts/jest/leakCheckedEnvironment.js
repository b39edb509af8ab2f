/**
 * jest's Node environment, and a test file has to leave the process as it found it: no open handle (sockets, servers,
 * pipes, child processes; unreferenced ones too), no pending timer or request, no listener for a signal.
 *
 * What is open is asked of libuv (through `process.report`, a few milliseconds) and, for JavaScript's timers, of
 * `process.getActiveResourcesInfo()`, before the file is run and after its last hook. What has been closed may take some
 * turns of the loop to be gone, so the answer is taken when nothing is left, at the latest after SETTLE_MS.
 *
 * Left out: timers that are both unreferenced and never cleared, which nothing in Node lists.
 */
const { TestEnvironment } = require('jest-environment-node');

const SETTLE_MS = 1000;
const POLL_MS = 10;
/** Handles that Node or jest keep for themselves and make when they please. */
const NOT_THE_TESTS = new Set(['loop', 'async', 'check', 'idle', 'prepare', 'timer', 'poll', 'fs_event']);
const RESOURCES = new Set([
  'Timeout',
  'Immediate',
  'GetAddrInfoReqWrap',
  'ConnectWrap',
  'TCPConnectWrap',
  'PipeConnectWrap',
]);

class LeakCheckedEnvironment extends TestEnvironment {
  async handleTestEvent(event, state) {
    if (event.name === 'run_start') this.openBefore = counted(openNow(this.global.process));
    if (event.name !== 'run_finish') return;
    const deadline = performance.now() + SETTLE_MS;
    let left = newSince(this.openBefore, this.global.process);
    while (left.length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      left = newSince(this.openBefore, this.global.process);
    }
    if (left.length === 0) return;
    const error = new Error(`the test file left open: ${left.join(', ')}; close it in the test that opened it`);
    error.stack = error.message;
    state.unhandledErrors.push(error);
  }
}

/** What is open, each described as exactly as it is known. `testProcess`: the `process` that the test file sees. */
function openNow(testProcess) {
  process.report.excludeNetwork = true; // or every endpoint's name is looked up
  const handles = process.report
    .getReport()
    .libuv.filter(({ type }) => !NOT_THE_TESTS.has(type))
    .map(describe);
  const resources = process.getActiveResourcesInfo().filter((name) => RESOURCES.has(name));
  const signals = testProcess.eventNames().filter((name) => String(name).startsWith('SIG'));
  return [
    ...handles,
    ...resources,
    ...signals.flatMap((name) => testProcess.listeners(name).map(() => `listener for ${name}`)),
  ];
}

function describe({ type, localEndpoint, remoteEndpoint, fd, pid, signum }) {
  const end = (endpoint) => (typeof endpoint === 'string' ? endpoint : `${endpoint.host}:${endpoint.port}`);
  const ends = [localEndpoint, remoteEndpoint].filter(Boolean).map(end).join(' to ');
  const detail = ends || (pid && `pid ${pid}`) || (signum && `signal ${signum}`) || (fd >= 0 && `fd ${fd}`);
  return detail ? `${type} ${detail}` : type;
}

/** What is open now and was not in `before`. A description may occur more than once. */
function newSince(before, testProcess) {
  const known = new Map(before);
  return openNow(testProcess).filter((description) => {
    const count = known.get(description) ?? 0;
    if (count > 0) known.set(description, count - 1);
    return count === 0;
  });
}

function counted(descriptions) {
  const counts = new Map();
  for (const description of descriptions) counts.set(description, (counts.get(description) ?? 0) + 1);
  return counts;
}

module.exports = LeakCheckedEnvironment;
