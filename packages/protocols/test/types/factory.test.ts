/** Compile-time tests: `tsc -p tsconfig.test.json` is what runs them. The one run-time test keeps jest content. */
import type { Deferred } from '@skein/reactor/defer';
import type { IAddress, IClientFactory, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';
import { expectTypeOf } from 'expect-type';

import { ClientFactory, Factory, type FactoryOf, Protocol, ReconnectingClientFactory } from '../../src';

class Greeter extends Protocol {
  greet(): void {
    this.transport.write('hello');
  }
}

class Parting extends Protocol {
  part(): void {
    this.transport.write('good-bye');
  }
}

class NamedFactory extends Factory {
  readonly name: string;
  readonly #secret = 1;
  constructor(name: string) {
    super();
    this.name = name;
  }
  isSecret(): boolean {
    return this.#secret === 1;
  }
}

/** As `IStreamClientEndpoint.connect`. */
declare function connect<P extends IProtocol>(
  factory: IProtocolFactory & { buildProtocol(addr: IAddress): P | null },
): Deferred<P>;
declare const address: IAddress;

/** Never called: only its types count. */
function types(): void {
  // What connects with a factory of `forProtocol` knows the protocol.
  expectTypeOf(connect(Factory.forProtocol(Greeter))).toEqualTypeOf<Deferred<Greeter>>();
  expectTypeOf(connect(ClientFactory.forProtocol(Greeter))).toEqualTypeOf<Deferred<Greeter>>();
  expectTypeOf(connect(Factory.forProtocol(() => new Greeter()))).toEqualTypeOf<Deferred<Greeter>>();
  expectTypeOf(connect(NamedFactory.forProtocol(Greeter, 'Alice'))).toEqualTypeOf<Deferred<Greeter>>();

  const one = Math.random() < 0.5 ? Greeter : Parting;
  expectTypeOf(connect(Factory.forProtocol(one))).toEqualTypeOf<Deferred<Greeter | Parting>>();

  // So does who calls `buildProtocol`.
  expectTypeOf(Factory.forProtocol(Greeter).buildProtocol(address)).toEqualTypeOf<Greeter | null>();

  // The factory is one of its class, with the arguments of its constructor.
  expectTypeOf(NamedFactory.forProtocol(Greeter, 'Alice').name).toEqualTypeOf<string>();
  expectTypeOf(NamedFactory.forProtocol(Greeter, 'Alice').isSecret()).toEqualTypeOf<boolean>();
  expectTypeOf(Factory.forProtocol(Greeter)).toExtend<Factory>();
  expectTypeOf(ReconnectingClientFactory.forProtocol(Greeter)).toExtend<ReconnectingClientFactory & IClientFactory>();
  expectTypeOf(Factory.forProtocol(Greeter)).toExtend<FactoryOf<Protocol>>();
  // @ts-expect-error -- the constructor's argument is missing
  NamedFactory.forProtocol(Greeter);
  // @ts-expect-error -- no protocol
  Factory.forProtocol(Date);

  // Without a type, protocols are protocols.
  expectTypeOf(connect(new Factory())).toEqualTypeOf<Deferred<IProtocol>>();
}

it('Factory.forProtocol makes a factory of its class that builds that protocol', () => {
  expect(types).toBeInstanceOf(Function);
  const factory = NamedFactory.forProtocol(Greeter, 'Alice');
  expect([factory.name, factory.isSecret()]).toEqual(['Alice', true]);
  expect(factory.buildProtocol({} as IAddress)).toBeInstanceOf(Greeter);
});
