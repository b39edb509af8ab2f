import { Deferred, fail } from '@skein/reactor/defer';
import { KeyError, RuntimeError, ValueError } from '@skein/reactor/error';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';

import { IService, IServiceCollection, MultiService, Service } from '../../src/application/service';
import { outcomeOf } from '../outcome';

/** A service that writes down what it is told. */
class Noted extends Service {
  readonly log: string[];
  stopped: unknown = null;

  constructor(log: string[], name: string) {
    super();
    this.log = log;
    this.setName(name);
  }

  override privilegedStartService(): void {
    this.log.push(`${this.name ?? ''} privileged`);
  }

  override startService(): void {
    super.startService();
    this.log.push(`${this.name ?? ''} start`);
  }

  override stopService(): unknown {
    super.stopService();
    this.log.push(`${this.name ?? ''} stop`);
    return this.stopped;
  }
}

function family() {
  const log: string[] = [];
  const parent = new MultiService();
  const [a, b] = [new Noted(log, 'a'), new Noted(log, 'b')];
  a.setServiceParent(parent);
  b.setServiceParent(parent);
  return { log, parent, a, b };
}

describe('Service', () => {
  test('Service keeps whether it runs', () => {
    const service = new Service();
    expect(service.running).toBe(false);
    service.startService();
    expect(service.running).toBe(true);
    service.stopService();
    expect(service.running).toBe(false);
  });

  test('Service provides IService, and MultiService IServiceCollection too', () => {
    expect(IService.providedBy(new Service())).toBe(true);
    expect(IServiceCollection.providedBy(new Service())).toBe(false);
    expect(IServiceCollection.providedBy(new MultiService())).toBe(true);
  });

  test('Service.setName throws RuntimeError when it has a parent', () => {
    expect(() => family().a.setName('c')).toThrow(new RuntimeError('cannot change name when parent exists'));
  });

  test('Service.setServiceParent moves the service from one parent to another', () => {
    const { parent, a } = family();
    const other = new MultiService();
    a.setServiceParent(other);
    expect([...parent].includes(a)).toBe(false);
    expect([...other]).toEqual([a]);
    expect(a.parent).toBe(other);
  });

  test('Service.setServiceParent throws RuntimeError for a name that is taken, and leaves the service alone', () => {
    const { parent } = family();
    const another = new Noted([], 'a');
    expect(() => another.setServiceParent(parent)).toThrow(
      new RuntimeError("cannot have two services with same name 'a'"),
    );
    expect(another.parent).toBeNull();
    expect(parent.services).toHaveLength(2);
  });

  test('Service.disownServiceParent takes the service away, and gives what stopping gave', () => {
    const { parent, a } = family();
    parent.startService();
    a.stopped = new Deferred<null>();
    expect(a.disownServiceParent()).toBe(a.stopped);
    expect(a.parent).toBeNull();
    expect(() => a.disownServiceParent()).toThrow(RuntimeError);
  });
});

describe('MultiService', () => {
  test('MultiService starts its children in order and stops them in reverse', () => {
    const { log, parent } = family();
    parent.privilegedStartService();
    parent.startService();
    void parent.stopService();
    expect(log).toEqual(['a privileged', 'b privileged', 'a start', 'b start', 'b stop', 'a stop']);
  });

  test('MultiService.stopService stops all at once, and fires when every one has stopped', () => {
    const { log, parent, a, b } = family();
    const [aStopped, bStopped] = [new Deferred<string>(), new Deferred<string>()];
    a.stopped = aStopped;
    b.stopped = bStopped;
    parent.startService();
    const stopped = outcomeOf(parent.stopService());
    expect(log.slice(-2)).toEqual(['b stop', 'a stop']);
    expect(parent.running).toBe(false);
    aStopped.callback('a done');
    expect(stopped.fired).toBe(false);
    bStopped.callback('b done');
    expect(stopped.result).toEqual([
      [true, 'b done'],
      [true, 'a done'],
    ]);
  });

  test('MultiService.stopService waits for the others when one fails or throws', () => {
    const logged = collectLoggedErrors();
    const { parent, a, b } = family();
    const failed = fail(new RangeError('a cannot'));
    a.stopped = failed;
    jest.spyOn(b, 'stopService').mockImplementation(() => {
      throw new RangeError('b cannot');
    });
    parent.startService();
    const list = parent.stopService();
    const results = outcomeOf(list).result as [boolean, { value: Error }][];
    expect(results.map(([success, { value }]) => [success, value.message])).toEqual([
      [false, 'b cannot'],
      [false, 'a cannot'],
    ]);
    failed.addErrback(() => null);
    // Nobody handled what the other threw.
    expect(flushLoggedErrors(RangeError).map(({ value }) => value.message)).toEqual(['b cannot']);
    logged.stop();
  });

  test('MultiService takes promises of stopService for what they are', async () => {
    const { parent, a } = family();
    a.stopped = Promise.resolve('later');
    parent.startService();
    const stopped = parent.stopService();
    expect(await stopped).toEqual([
      [true, null],
      [true, 'later'],
    ]);
  });

  test('MultiService.addService starts a child at once while it runs', () => {
    const { log, parent } = family();
    parent.startService();
    log.length = 0;
    new Noted(log, 'c').setServiceParent(parent);
    expect(log).toEqual(['c privileged', 'c start']);
  });

  test('MultiService.startService starts a child once that another one adds', () => {
    const log: string[] = [];
    const parent = new MultiService();
    const adding = new Noted(log, 'adding');
    adding.setServiceParent(parent);
    jest.spyOn(adding, 'startService').mockImplementation(() => new Noted(log, 'added').setServiceParent(parent));
    parent.startService();
    expect(log.filter((entry) => entry === 'added start')).toHaveLength(1);
  });

  test('MultiService.removeService stops the child if it runs, and only then', () => {
    const { log, parent, a, b } = family();
    expect(parent.removeService(a)).toBeNull();
    parent.startService();
    log.length = 0;
    parent.removeService(b);
    expect(log).toEqual(['b stop']);
    expect(() => parent.removeService(b)).toThrow(ValueError);
  });

  test('MultiService.getServiceNamed finds children by name, or throws KeyError', () => {
    const { parent, b } = family();
    expect(parent.getServiceNamed('b')).toBe(b);
    parent.removeService(b);
    expect(() => parent.getServiceNamed('b')).toThrow(KeyError);
  });
});
