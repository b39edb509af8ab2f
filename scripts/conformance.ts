/**
 * `npm run conformance`: replays what Twisted was recorded to do, file by file, and says what is the same.
 *
 * `npm run conformance -- clock deferred` replays some files; `--differences` also lists the cases that are meant to differ, and
 * what the others wait for. SKEIN_CONFORMANCE names another folder of recordings. A new area is one entry in `areas`.
 */
import { endpoints } from '../packages/endpoints/test/conformance/endpointCases';
import { services } from '../packages/endpoints/test/conformance/serviceCases';
import { amp } from '../packages/protocols/test/conformance/amp';
import { fileSender } from '../packages/protocols/test/conformance/fileSender';
import { framing } from '../packages/protocols/test/conformance/framing';
import { haproxy } from '../packages/protocols/test/conformance/haproxy';
import { iosim } from '../packages/protocols/test/conformance/iosim';
import { loopback } from '../packages/protocols/test/conformance/loopback';
import { policies } from '../packages/protocols/test/conformance/policies';
import { type Area, casesOf, faultsOf, replay } from '../packages/reactor/test/conformance/area';
import { clock } from '../packages/reactor/test/conformance/clock';
import { deferred } from '../packages/reactor/test/conformance/deferred';
import { areOwnRecordings, loadCases, recordedFiles } from '../packages/reactor/test/conformance/load';
import { reactor } from '../packages/reactor/test/conformance/reactorArea';
import { stringTransport } from '../packages/reactor/test/conformance/stringTransport';
import { transports } from '../packages/reactor/test/conformance/transports';

const areas: readonly Area[] = [
  ...[clock, deferred, reactor, transports, stringTransport],
  ...[framing, haproxy, policies, loopback, fileSender, iosim, amp],
  ...[endpoints, services],
];

/** What became of the cases of a file, as lines to print. */
class Report {
  readonly failed: string[] = [];
  readonly differences: string[] = [];
  readonly notYet: string[] = [];
  passed = 0;

  toString(): string {
    const { passed, failed, differences, notYet } = this;
    const counts = [
      `${String(passed)} passed`,
      `${String(failed.length)} failed`,
      `${String(differences.length)} differences`,
    ];
    return [...counts, ...(notYet.length > 0 ? [`${String(notYet.length)} not replayed yet`] : [])].join(', ');
  }
}

/** Replays the cases of a file, each by the area that covers it. */
async function replayFile(name: string): Promise<Report> {
  const report = new Report();
  const uncovered = new Set(loadCases(name).map((scenario) => scenario.name));
  for (const area of areas.filter((each) => each.name === name)) {
    if (areOwnRecordings()) report.failed.push(...faultsOf(area));
    for (const scenario of casesOf(area)) {
      uncovered.delete(scenario.name);
      const reason = area.notYet?.(scenario) ?? null;
      if (reason !== null) {
        report.notYet.push(`${scenario.name}: ${reason}`);
        continue;
      }
      const { outcome, detail } = await replay(area, scenario);
      if (outcome === 'passed') report.passed++;
      else if (outcome === 'failed') report.failed.push(`${scenario.name}: ${detail}`);
      else report.differences.push(`${scenario.name}: ${detail}`);
    }
  }
  for (const each of uncovered) report.notYet.push(`${each}: no area covers it`);
  return report;
}

/** Replays the files that are asked for, all by default; the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const files = recordedFiles();
  const asked = args.filter((arg) => arg !== '--differences');
  const unknown = asked.filter((name) => !files.includes(name));
  if (unknown.length > 0) {
    console.error(`Cannot replay '${unknown.join(', ')}', wanted some of ${files.join(', ')}`);
    return 2;
  }
  let code = 0;
  for (const name of asked.length > 0 ? asked : files) {
    const report = await replayFile(name);
    console.log(`${name}: ${String(report)}`);
    for (const line of report.failed) console.log(`  failed: ${line}`);
    if (args.includes('--differences')) {
      for (const line of report.differences) console.log(`  difference: ${line}`);
      for (const line of report.notYet) console.log(`  not yet: ${line}`);
    }
    if (report.failed.length > 0) code = 1;
  }
  return code;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
