/**
 * The states of `ClientService`, and what follows what.
 *
 * @twisted twisted.application.internet._ClientMachine
 *
 * To change it: a state is entered before the action of its transition is called, so an action may cause the next transition;
 * whoever waits is told last; and of an attempt or connection that is no longer the present one nothing is heard. (Twisted's
 * machine throws there.)
 */

export type ClientState = 'init' | 'connecting' | 'waiting' | 'connected' | 'disconnecting' | 'restarting' | 'stopped';

/** What happens to a service: `start` and `stop` from outside, the rest from its present attempt, connection or timer. */
export type ClientInput = 'start' | 'stop' | 'connectionMade' | 'connectionFailed' | 'connectionLost' | 'retryDue';

export type ClientAction =
  | 'attempt'
  | 'useConnection'
  | 'waitAfterFailure'
  | 'waitAfterLoss'
  | 'endAttempt'
  | 'loseConnection'
  | 'endWaiting'
  | 'finishStopping'
  | 'attemptAgain'
  | 'forgetFailures'
  | 'nothing';

/** Where each input leads from each state, and what is done there. An input that a state does not list changes nothing. */
export const TRANSITIONS: Readonly<
  Record<ClientState, Readonly<Partial<Record<ClientInput, readonly [to: ClientState, action: ClientAction]>>>>
> = {
  init: {
    start: ['connecting', 'attempt'],
    stop: ['stopped', 'nothing'],
  },
  connecting: {
    connectionMade: ['connected', 'useConnection'],
    connectionFailed: ['waiting', 'waitAfterFailure'],
    stop: ['disconnecting', 'endAttempt'],
  },
  waiting: {
    retryDue: ['connecting', 'attempt'],
    stop: ['stopped', 'endWaiting'],
  },
  connected: {
    connectionLost: ['waiting', 'waitAfterLoss'],
    stop: ['disconnecting', 'loseConnection'],
  },
  disconnecting: {
    start: ['restarting', 'forgetFailures'],
    connectionFailed: ['stopped', 'finishStopping'],
    connectionLost: ['stopped', 'finishStopping'],
  },
  restarting: {
    stop: ['disconnecting', 'nothing'],
    connectionFailed: ['connecting', 'attemptAgain'],
    connectionLost: ['connecting', 'attemptAgain'],
  },
  stopped: {
    start: ['connecting', 'attempt'],
    stop: ['stopped', 'nothing'],
  },
};

/** What `whenConnected` says in each state. */
export const ANSWERS: Readonly<Record<ClientState, 'the protocol' | 'cancelled' | 'wait'>> = {
  init: 'wait',
  connecting: 'wait',
  waiting: 'wait',
  connected: 'the protocol',
  disconnecting: 'wait',
  restarting: 'wait',
  stopped: 'cancelled',
};
