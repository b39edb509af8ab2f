/**
 * `npm run conformance`: replays what Twisted was recorded to do, area by area, and says what is the same.
 *
 * `npm run conformance -- clock deferred` replays some areas. SKEIN_CONFORMANCE names another folder of recordings.
 * A new area is one line in `areas`.
 */
import { endpoints } from '../packages/endpoints/test/conformance/endpointCases';
import type { Area as EndpointsArea } from '../packages/endpoints/test/conformance/recording';
import { services } from '../packages/endpoints/test/conformance/serviceCases';
import { fileSender, isFileSenderCase } from '../packages/protocols/test/conformance/fileSender';
import { framing } from '../packages/protocols/test/conformance/framing';
import { framingDifferences } from '../packages/protocols/test/conformance/framingDifferences';
import { haproxy } from '../packages/protocols/test/conformance/haproxy';
import { haproxyDifferences } from '../packages/protocols/test/conformance/haproxyDifferences';
import { isLoopbackCase, loopback } from '../packages/protocols/test/conformance/loopback';
import { policies, POLICY_KINDS } from '../packages/protocols/test/conformance/policies';
import { policiesDifferences } from '../packages/protocols/test/conformance/policiesDifferences';
import { type Area, type Outcome, reasonToDiffer, replay } from '../packages/reactor/test/conformance/area';
import { clock } from '../packages/reactor/test/conformance/clock';
import { deferred } from '../packages/reactor/test/conformance/deferred';
import { loadArea, type RecordedCase } from '../packages/reactor/test/conformance/load';
import { reactor } from '../packages/reactor/test/conformance/reactorArea';
import { transports } from '../packages/reactor/test/conformance/transports';

/** How an area is replayed: at once or in time, some of its cases perhaps not yet, its differences listed here or there. */
interface Replayed {
  readonly name: string;
  observe(scenario: RecordedCase): unknown;
  /** What a case still waits for, or null. */
  readonly notYet?: (scenario: RecordedCase) => string | null;
  readonly reason?: (name: string) => string | undefined;
}

const areas: readonly Replayed[] = [
  deferred,
  clock,
  { ...framing, reason: (name) => framingDifferences[name] },
  reactor,
  transports,
  ofEndpoints(endpoints, 'its transport'),
  shared(ofEndpoints(services, 'its classes'), policies, ({ kind }) => POLICY_KINDS.has(kind), policiesDifferences),
  { ...haproxy, reason: (name) => haproxyDifferences[name] },
  shared(shared(nobodys('pumps'), loopback, isLoopbackCase), fileSender, isFileSenderCase),
];

/** An area of which nobody replays anything yet. */
function nobodys(name: string): Replayed {
  return { name, observe: () => null, notYet: () => 'somebody', reason: () => undefined };
}

/** An area of which another package replays the cases that it `covers`. */
function shared(
  rest: Replayed,
  area: Area,
  covers: (scenario: RecordedCase) => boolean,
  differences: Readonly<Record<string, string>> = {},
): Replayed {
  return {
    name: area.name,
    observe: (scenario) => (covers(scenario) ? area.observe(scenario) : rest.observe(scenario)),
    notYet: (scenario) => (covers(scenario) ? null : (rest.notYet?.(scenario) ?? null)),
    reason: (name) => differences[name] ?? rest.reason?.(name),
  };
}

/** An area of which the endpoints package replays those cases that it `covers`. */
function ofEndpoints(area: EndpointsArea, missing: string): Replayed {
  return {
    name: area.name,
    observe: (scenario) => area.observe(scenario),
    notYet: (scenario) => (area.covers(scenario) ? null : missing),
    reason: (name) => area.differences.find(({ cases }) => cases.includes(name))?.reason,
  };
}

async function judged(area: Replayed, scenario: RecordedCase): Promise<Outcome> {
  let observe: Area['observe'];
  try {
    const observed = await area.observe(scenario);
    observe = () => observed;
  } catch (error) {
    observe = () => {
      throw error;
    };
  }
  const reason = area.reason === undefined ? reasonToDiffer(area.name, scenario.name) : area.reason(scenario.name);
  return replay({ name: area.name, observe }, scenario, reason);
}

/** Replays an area and prints what came of it; whether all was well. */
async function report(area: Replayed): Promise<boolean> {
  const counts = { passed: 0, failed: 0, difference: 0, waiting: 0 };
  const lines: string[] = [];
  for (const scenario of loadArea(area.name)) {
    if ((area.notYet?.(scenario) ?? null) !== null) {
      counts.waiting++;
      continue;
    }
    const { outcome, detail } = await judged(area, scenario);
    counts[outcome]++;
    if (outcome !== 'passed') lines.push(`  ${outcome}: ${scenario.name}: ${detail}`);
  }
  const waiting = counts.waiting === 0 ? '' : `, ${String(counts.waiting)} not replayed yet`;
  const { passed, failed, difference } = counts;
  console.log(
    `${area.name}: ${String(passed)} passed, ${String(failed)} failed, ${String(difference)} differences${waiting}`,
  );
  for (const line of lines) console.log(line);
  return failed === 0;
}

async function main(asked: readonly string[]): Promise<number> {
  const unknown = asked.filter((name) => !areas.some((area) => area.name === name));
  if (unknown.length > 0) {
    console.error(`Cannot replay '${unknown.join(', ')}', wanted some of ${areas.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  let code = 0;
  for (const area of areas) if ((asked.length === 0 || asked.includes(area.name)) && !(await report(area))) code = 1;
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
