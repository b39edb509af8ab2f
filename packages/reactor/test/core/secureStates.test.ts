import { SECURE_TRAITS, SECURE_TRANSITIONS, type SecureState } from '../../src/core/transportStates';

const STATES = Object.keys(SECURE_TRANSITIONS) as SecureState[];

function reachableFrom(start: SecureState): Set<SecureState> {
  const reached = new Set([start]);
  for (const state of reached) for (const each of Object.values(SECURE_TRANSITIONS[state])) reached.add(each);
  return reached;
}

describe('SECURE_TRANSITIONS', () => {
  it('reaches every state from "open", and "lost" from every state', () => {
    expect([...reachableFrom('open')].sort()).toEqual([...STATES].sort());
    for (const state of STATES) expect([state, reachableFrom(state).has('lost')]).toEqual([state, true]);
    expect(SECURE_TRANSITIONS.lost).toEqual({});
  });

  it('ends every state when the connection is over, and lets every state be aborted', () => {
    for (const state of STATES.filter((each) => each !== 'lost')) {
      expect([state, SECURE_TRANSITIONS[state].over]).toEqual([state, 'lost']);
      const aborted = state === 'aborting' ? undefined : 'aborting';
      expect([state, SECURE_TRANSITIONS[state].abortConnection]).toEqual([state, aborted]);
    }
  });

  it('knows no half-closed state that the peer has brought about', () => {
    for (const state of STATES) expect([state, SECURE_TRANSITIONS[state].ended]).toEqual([state, undefined]);
  });

  it('answers a farewell only where something is still written', () => {
    for (const state of STATES.filter((each) => SECURE_TRANSITIONS[each].farewell !== undefined)) {
      const { writes, producerWrites = false } = SECURE_TRAITS[state];
      expect([state, writes || producerWrites]).toEqual([state, true]);
    }
  });

  it('says farewell before it is lost', () => {
    expect([SECURE_TRANSITIONS.losing.flushed, SECURE_TRANSITIONS.closing.flushed]).toEqual(['closing', undefined]);
  });
});

describe('SECURE_TRAITS', () => {
  it('says something of every state, and delivers nothing once the connection is being lost', () => {
    expect(Object.keys(SECURE_TRAITS).sort()).toEqual([...STATES].sort());
    expect(SECURE_TRAITS.losing).toEqual({ reads: true, discards: true, writes: false, producerWrites: true });
    expect(SECURE_TRAITS.closing).toEqual({ reads: true, discards: true, writes: false });
  });
});
