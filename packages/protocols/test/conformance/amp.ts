/**
 * Replays the recorded scenarios of the area `amp`.
 */
import type { Failure } from '@skein/reactor/failure';
import type { Bytes } from '@skein/reactor/interfaces';

import { type Area, because } from '../../../reactor/test/conformance/area';
import { decodeBytes, decodeText, type Event, type Operation, type RecordedCase, type RunLengthCoded } from '../../../reactor/test/conformance/load';
import { AmpBox, BinaryBoxProtocol } from '../../src/amp';
import { RecordingTransport } from '../recordingTransport';

import { fromHex, observeExchange, reasonOf } from './ampExchange';
import { argumentOf, type RecordedType, rendered, renderedBox, renderedError, valueOf } from './ampValues';

type Text = string | RunLengthCoded;
type Pairs = readonly (readonly [key: Text, value: Text])[];

function boxOf(pairs: Pairs): AmpBox {
  return new AmpBox(pairs.map(([key, value]) => [decodeText(key), decodeBytes(value)]));
}

/** What `f` returns, under that name; or the error that it throws. */
function outcome(name: string, f: () => unknown): unknown {
  try {
    return { [name]: f() };
  } catch (error) {
    return { error: renderedError(error) };
  }
}

function observeEncode(scenario: RecordedCase): unknown {
  const box = new AmpBox();
  const objects = 'value' in scenario ? { name: valueOf(scenario['value']) } : {};
  return outcome('wire', () => {
    argumentOf(scenario['type'] as RecordedType).toBox('name', box, objects, null);
    return box.get('name')?.toString('hex') ?? null;
  });
}

function observeDecode(scenario: RecordedCase): unknown {
  const type = scenario['type'] as RecordedType;
  const box = new AmpBox();
  if (scenario['wire'] !== null) box.set('name', fromHex(scenario['wire']));
  const objects: Record<string, unknown> = {};
  return outcome('value', () => {
    argumentOf(type).fromBox('name', box, objects, null);
    return rendered(objects['name'], type);
  });
}

function observeParse(ops: readonly Operation[]): unknown {
  const log: Event[] = [];
  class Transport extends RecordingTransport {
    override write(data: Bytes): void {
      log.push(['write', Buffer.from(data as Uint8Array).toString('hex')]);
    }
    override loseConnection(): void {
      log.push(['loseConnection']);
    }
  }
  const p = new BinaryBoxProtocol({
    startReceivingBoxes: () => void log.push(['start']),
    ampBoxReceived: (box: AmpBox) => void log.push(['box', renderedBox(box)]),
    stopReceivingBoxes: (reason: Failure) => void log.push(['stop', ...renderedError(reason.value)]),
  });
  const perform = ([verb, argument]: Operation): void => {
    if (verb === 'data') p.dataReceived(fromHex(argument));
    else if (verb === 'lost') p.connectionLost(reasonOf(argument));
    else p.sendBox(boxOf(argument as Pairs));
  };
  p.makeConnection(new Transport());
  for (const op of ops) {
    log.push(['op']);
    try {
      perform(op);
    } catch (error) {
      log.push(['raised', ...renderedError(error)]);
    }
  }
  return { log };
}

/** Where Python raised an error of its own, any error will do: puts the recorded one in the place of what was observed. */
function tolerant(observed: unknown, expected: unknown): unknown {
  if (Array.isArray(expected)) {
    if (!Array.isArray(observed)) return observed;
    const isError = expected.at(-1) === 'language' && typeof observed.at(expected.length - 2) === 'string';
    return isError ? expected : observed.map((each, i) => tolerant(each, expected[i]));
  }
  if (typeof expected !== 'object' || expected === null || typeof observed !== 'object' || observed === null) {
    return observed;
  }
  const entries = Object.entries(observed).map(([key, value]): [string, unknown] => [
    key,
    tolerant(value, (expected as Record<string, unknown>)[key]),
  ]);
  return Object.fromEntries(entries);
}

function observe(scenario: RecordedCase): unknown {
  switch (scenario.kind) {
    case 'box':
      return outcome('wire', () =>
        boxOf(scenario['pairs'] as Pairs)
          .serialize()
          .toString('hex'),
      );
    case 'encode':
      return observeEncode(scenario);
    case 'decode':
      return observeDecode(scenario);
    case 'parse':
      return observeParse(scenario['ops'] as readonly Operation[]);
    default:
      return observeExchange(scenario);
  }
}

/** The area `amp`. */
export const amp: Area = {
  name: 'amp',
  observe: (scenario) => tolerant(observe(scenario), scenario.expect),
  differences: {
    ...because(
      'boxes before a key that is too long are delivered once; in Twisted every later chunk delivers them again',
      'gen-103',
    ),
    ...because(
      'a box that means nothing is logged and loses the connection; in Twisted it throws out of dataReceived, and so costs it',
      'exchange-box-without-meaning',
      'exchange-empty-box',
    ),
  },
};
