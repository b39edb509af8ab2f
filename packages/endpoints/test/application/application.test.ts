import { Deferred } from '@skein/reactor/defer';

import {
  Application,
  IProcess,
  IService,
  IServiceCollection,
  MultiService,
  Service,
} from '../../src/application/service';
import { outcomeOf } from '../outcome';

/** Writes down when it starts and stops. */
class Writing extends Service {
  readonly #name: string;
  readonly #log: string[];
  readonly #stopped: unknown;

  constructor(name: string, log: string[], stopped: unknown = null) {
    super();
    this.#name = name;
    this.#log = log;
    this.#stopped = stopped;
  }

  override privilegedStartService(): void {
    this.#log.push(`${this.#name} listens`);
  }

  override startService(): void {
    super.startService();
    this.#log.push(`${this.#name} starts`);
  }

  override stopService(): unknown {
    super.stopService();
    this.#log.push(`${this.#name} stops`);
    return this.#stopped;
  }
}

describe('Application', () => {
  test('Application is a service, a collection of services, and what its process is to be', () => {
    const application = new Application('chat');
    expect(IService.providedBy(application)).toBe(true);
    expect(IServiceCollection.providedBy(application)).toBe(true);
    expect(IProcess.providedBy(application)).toBe(true);
    expect([application.name, application.parent, application.running]).toEqual(['chat', null, false]);
  });

  test('Application wants no name, user or group of its process, unless it is given them', () => {
    const plain = new Application('chat');
    expect([plain.processName, plain.uid, plain.gid]).toEqual([null, null, null]);
    const { processName, uid, gid } = new Application('chat', { processName: 'chatd', uid: 'chat', gid: 7 });
    expect([processName, uid, gid]).toEqual(['chatd', 'chat', 7]);
    // Number 0 is a user, not the lack of one.
    expect(new Application('chat', { uid: 0, gid: 0 })).toMatchObject({ uid: 0, gid: 0 });
  });

  test('Application has its children listen before any of them starts, and stops them in reverse', () => {
    const log: string[] = [];
    const application = new Application('chat');
    for (const name of ['store', 'door']) new Writing(name, log).setServiceParent(application);
    application.privilegedStartService();
    application.startService();
    expect(application.running).toBe(true);
    void application.stopService();
    expect(application.running).toBe(false);
    expect(log).toEqual(['store listens', 'door listens', 'store starts', 'door starts', 'door stops', 'store stops']);
  });

  test('Application.stopService fires when the last of its children has stopped', () => {
    const slow = new Deferred<null>();
    const application = new Application('chat');
    new Writing('door', [], slow).setServiceParent(application);
    application.startService();
    const stopped = outcomeOf(application.stopService());
    expect(stopped.fired).toBe(false);
    slow.callback(null);
    expect(stopped.fired).toBe(true);
  });

  test('Application finds its services by name, those of a part by way of the part', () => {
    const application = new Application('chat');
    const doors = new MultiService();
    doors.setName('doors');
    doors.setServiceParent(application);
    const door = new Writing('front', []);
    door.setName('front');
    door.setServiceParent(doors);
    expect(application.getServiceNamed('doors')).toBe(doors);
    expect(doors.getServiceNamed('front')).toBe(door);
    expect([...application]).toEqual([doors]);
  });

  test('Application may be a part of another one, and keeps its name', () => {
    const site = new Application('site');
    const chat = new Application('chat');
    chat.setServiceParent(site);
    expect(site.getServiceNamed('chat')).toBe(chat);
    expect(() => chat.setName('talk')).toThrow('cannot change name when parent exists');
  });
});

describe('IProcess', () => {
  test('IProcess is provided by whatever has the three of it, and by no plain service', () => {
    expect(IProcess.providedBy({ processName: null, uid: null, gid: 'chat' })).toBe(true);
    expect(IProcess.providedBy({ uid: 1, gid: 1 })).toBe(false);
    expect(IProcess.providedBy(new MultiService())).toBe(false);
    expect(IProcess.providedBy(null)).toBe(false);
  });
});
