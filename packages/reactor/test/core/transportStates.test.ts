import { TRAITS, type TransportInput, type TransportState, TRANSITIONS } from '../../src/core/transportStates';

const STATES = Object.keys(TRANSITIONS) as TransportState[];
const next = (state: TransportState): TransportState[] => Object.values(TRANSITIONS[state]);

function reachableFrom(start: TransportState): Set<TransportState> {
  const reached = new Set([start]);
  for (const state of reached) for (const each of next(state)) reached.add(each);
  return reached;
}

describe('TRANSITIONS', () => {
  it.each(STATES)('leads from "%s" to "lost"', (state) => {
    expect(reachableFrom(state)).toContain('lost');
  });

  it('leads nowhere from "lost"', () => {
    expect(TRANSITIONS.lost).toEqual({});
  });

  it('names only states that are in the table, and reaches each from "open"', () => {
    expect([...reachableFrom('open')].sort()).toEqual([...STATES].sort());
  });

  it.each(STATES.filter((state) => state !== 'lost'))('ends "%s" when the connection is over', (state) => {
    expect(TRANSITIONS[state].over).toBe('lost');
  });

  it.each(STATES.filter((state) => state !== 'lost' && state !== 'aborting'))('lets "%s" be aborted', (state) => {
    expect(TRANSITIONS[state].abortConnection).toBe('aborting');
  });

  it.each(['loseConnection', 'loseWriteConnection', 'abortConnection', 'ended', 'flushed', 'over'] as const)(
    'never leads by "%s" back to the state it came from, so that a second one does nothing',
    (input: TransportInput) => {
      for (const state of STATES) {
        const once = TRANSITIONS[state][input];
        expect(once).not.toBe(state);
        expect(once === undefined ? undefined : TRANSITIONS[once][input]).toBeUndefined();
      }
    },
  );

  it('never gives a direction back that has ended', () => {
    for (const state of STATES) {
      for (const after of next(state)) {
        expect(TRAITS[after].reads && !TRAITS[state].reads).toBe(false);
        expect(TRAITS[after].writes && !TRAITS[state].writes).toBe(false);
      }
    }
  });

  it('loses a connection at once exactly where there is nothing to flush', () => {
    const atOnce = STATES.filter((state) => TRANSITIONS[state].loseConnection === 'lost');
    expect(atOnce).toEqual(['writeLost', 'bothLost']);
  });

  it('waits for the buffer only in states that write', () => {
    const waiting = STATES.filter((state) => TRANSITIONS[state].flushed !== undefined);
    expect(waiting.filter((state) => !TRAITS[state].writes)).toEqual([]);
  });

  it('hears the end of the peer only in states that read', () => {
    const listening = STATES.filter((state) => TRANSITIONS[state].ended !== undefined);
    expect(listening.filter((state) => !TRAITS[state].reads)).toEqual([]);
  });
});

describe('TRAITS', () => {
  it('says something of every state, and of no other', () => {
    expect(Object.keys(TRAITS).sort()).toEqual([...STATES].sort());
  });

  it('allows nothing on a connection that is lost or being aborted', () => {
    expect(TRAITS.lost).toEqual({ reads: false, writes: false });
    expect(TRAITS.aborting).toEqual({ reads: false, writes: false });
  });
});
