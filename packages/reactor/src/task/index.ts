/**
 * Doing things later, repeatedly, or in small pieces.
 *
 * @twisted twisted.internet.task
 */
export { Clock, type ClockOptions } from './clock';
export {
  type AnyIterator,
  CooperativeTask,
  Cooperator,
  type CooperatorOptions,
  coiterate,
  cooperate,
} from './cooperator';
export { deferLater } from './deferLater';
export { NotPaused, SchedulerError, SchedulerStopped, TaskDone, TaskFailed, TaskFinished, TaskStopped } from './errors';
export { LoopingCall, type StartOptions } from './loopingCall';
export { react, type ReactOptions, SystemExit } from './react';
