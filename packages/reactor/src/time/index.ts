/** The queue of timed calls, for the package's own use: reactors and `task.Clock`. */
export { DelayedCall, type ScheduledFunction } from './delayedCall';
export { checkSeconds } from './seconds';
export { TimerQueue } from './timerQueue';
