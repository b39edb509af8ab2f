import {
  type AnyState,
  PLAIN,
  SECURE,
  type StateTable,
  type StateTraits,
  type TransportInput,
} from '../../src/core/transportStates';

const INPUTS: readonly TransportInput[] = [
  'loseConnection',
  'loseWriteConnection',
  'abortConnection',
  'ended',
  'farewell',
  'flushed',
  'over',
];

/** The state after `input`; undefined where the input does nothing. */
function step(table: StateTable, state: AnyState, input: TransportInput): AnyState | undefined {
  return table.transitions[state]?.[input];
}

function next(table: StateTable, state: AnyState): AnyState[] {
  return INPUTS.map((input) => step(table, state, input)).filter((each) => each !== undefined);
}

function reachableFrom(table: StateTable, start: AnyState): Set<AnyState> {
  const reached = new Set([start]);
  for (const state of reached) for (const each of next(table, state)) reached.add(each);
  return reached;
}

function traitsOf(table: StateTable, state: AnyState): StateTraits {
  const traits = table.traits[state];
  if (traits === undefined) throw new Error(`no traits of ${state}`);
  return traits;
}

describe.each([
  ['PLAIN', PLAIN],
  ['SECURE', SECURE],
])('%s', (_name, table) => {
  const states = Object.keys(table.transitions) as AnyState[];

  it.each(states)('leads from "%s" to "lost"', (state) => {
    expect(reachableFrom(table, state)).toContain('lost');
  });

  it('leads nowhere from "lost"', () => {
    expect(table.transitions.lost).toEqual({});
  });

  it('names only states that are in the table, and reaches each from "open"', () => {
    expect([...reachableFrom(table, 'open')].sort()).toEqual([...states].sort());
  });

  it('has traits of every state, and of no other', () => {
    expect(Object.keys(table.traits).sort()).toEqual([...states].sort());
  });

  it.each(states.filter((state) => state !== 'lost'))('ends "%s" when the connection is over', (state) => {
    expect(step(table, state, 'over')).toBe('lost');
  });

  it.each(states.filter((state) => state !== 'lost' && state !== 'aborting'))('lets "%s" be aborted', (state) => {
    expect(step(table, state, 'abortConnection')).toBe('aborting');
  });

  it.each(INPUTS)('never heeds "%s" twice in a row, so that a second one is harmless', (input) => {
    const heeded = states.map((state) => step(table, state, input)).filter((each) => each !== undefined);
    expect(heeded.filter((state) => step(table, state, input) !== undefined)).toEqual([]);
  });

  it('never gives writing back once it has ended', () => {
    const given = states.flatMap((state) =>
      next(table, state).filter((after) => traitsOf(table, after).writes && !traitsOf(table, state).writes),
    );
    expect(given).toEqual([]);
  });

  it('never delivers again what it has ceased to deliver', () => {
    const delivers = (state: AnyState): boolean => {
      const { reads, discards = false } = traitsOf(table, state);
      return reads && !discards;
    };
    const given = states.flatMap((state) => next(table, state).filter((after) => delivers(after) && !delivers(state)));
    expect(given).toEqual([]);
  });

  it('waits for the buffer only where something may still be written, or is under way', () => {
    const waiting = states.filter((state) => state !== 'answering' && step(table, state, 'flushed') !== undefined);
    const mute = waiting.filter((state) => {
      const { writes, producerWrites = false } = traitsOf(table, state);
      return !writes && !producerWrites;
    });
    expect([waiting.length > 0, mute]).toEqual([true, []]);
  });

  it('hears the end of the peer only where it reads', () => {
    const listening = states.filter((state) => step(table, state, 'ended') !== undefined);
    expect(listening.filter((state) => !traitsOf(table, state).reads)).toEqual([]);
  });

  it('loses a connection at once exactly where the write side is closed', () => {
    const atOnce = states.filter((state) => step(table, state, 'loseConnection') === 'lost');
    expect(atOnce).toEqual(states.filter((state) => state === 'writeLost' || state === 'bothLost'));
  });

  it('allows nothing on a connection that is lost or being aborted', () => {
    expect(table.traits.lost).toEqual({ reads: false, writes: false });
    expect(table.traits.aborting).toEqual({ reads: false, writes: false, gathersForNobody: true });
  });
});
