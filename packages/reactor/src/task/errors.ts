/**
 * What a `Cooperator` and its tasks have to say about their state.
 *
 * @twisted twisted.internet.task (SchedulerError and its subclasses)
 */

/** Puts a literal name on the prototype: no own property for every error made, and safe from minifiers. */
function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** The scheduler or a task is in no state for that. Base class; not thrown itself. */
export class SchedulerError extends Error {
  static {
    nameError(this, 'SchedulerError');
  }
}

/** The scheduler was stopped, or has been. */
export class SchedulerStopped extends SchedulerError {
  static {
    nameError(this, 'SchedulerStopped');
  }
}

/** The task runs no more. Base class. */
export class TaskFinished extends SchedulerError {
  static {
    nameError(this, 'TaskFinished');
  }
}

/** The task has come to its end. */
export class TaskDone extends TaskFinished {
  static {
    nameError(this, 'TaskDone');
  }
}

/** The task was stopped. */
export class TaskStopped extends TaskFinished {
  static {
    nameError(this, 'TaskStopped');
  }
}

/** The task died of an error. */
export class TaskFailed extends TaskFinished {
  static {
    nameError(this, 'TaskFailed');
  }
}

/** `resume` on a task that is not paused. */
export class NotPaused extends SchedulerError {
  static {
    nameError(this, 'NotPaused');
  }
}
