/** The listings of docs/howto/protocols.md. */
import type { IStreamClientEndpoint } from '@skein/endpoints';
import { Factory, Protocol, ReconnectingClientFactory } from '@skein/protocols';
import { LineReceiver, NetstringReceiver } from '@skein/protocols/basic';
import { everyChunking } from '@skein/protocols/testing';
import type { Deferred } from '@skein/reactor/defer';
import { ConnectionDone } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import { StringTransport } from '@skein/reactor/testing';

/** What the listings have to say. */
export type Say = (text: string) => void;

// #region protocol
export class Visitors extends Factory {
  override protocol = Visitor; // the class of the protocols
  connections = 0; // what they share
  broken = 0;
}

class Visitor extends Protocol {
  declare factory: Visitors; // set by buildProtocol

  override connectionMade(): void {
    this.factory.connections += 1;
    this.transport.write(`You are number ${String(this.factory.connections)}\r\n`);
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data); // any piece of what the peer sent
  }

  override connectionLost(reason: Failure): void {
    this.factory.connections -= 1;
    if (reason.check(ConnectionDone) === null) this.factory.broken += 1; // no clean end
  }
}
// #endregion

// #region lines
export class Calculator extends LineReceiver {
  override MAX_LENGTH = 80; // bytes; a longer line loses the connection

  override lineReceived(line: string): void {
    if (line === 'bye') this.transport.loseConnection();
    else this.sendLine(String(line.split('+').reduce((sum, term) => sum + Number(term), 0)));
  }
}
// #endregion

// #region raw
export class Uploads extends LineReceiver {
  private left = 0;

  override lineReceived(line: string): void {
    this.left = Number(line); // "5\r\nhello": a length, and so many bytes
    this.setRawMode();
  }

  override rawDataReceived(data: Buffer): void {
    const mine = data.subarray(0, this.left);
    this.left -= mine.length;
    this.bodyReceived(mine);
    if (this.left === 0) this.setLineMode(data.subarray(mine.length)); // the rest are lines again
  }

  bodyReceived(_piece: Buffer): void {}
}
// #endregion

// #region strings
export class Joiner extends NetstringReceiver {
  private readonly parts: string[] = [];

  override stringReceived(string: Buffer): void {
    if (string.length > 0) this.parts.push(string.toString());
    else this.sendString(this.parts.splice(0).join(' '));
  }
}
// #endregion

// #region client
export class Greeter extends Protocol {
  greet(name: string): void {
    this.transport.write(`Hello, ${name}\r\n`);
  }
}

export function greet(endpoint: IStreamClientEndpoint): Deferred<Greeter> {
  return endpoint.connect(Factory.forProtocol(Greeter)).addCallback((greeter) => {
    greeter.greet('Alice'); // a Greeter, as the type says
    return greeter;
  });
}
// #endregion

// #region reconnecting
class Staying extends Protocol {
  declare factory: Persistent;

  override connectionMade(): void {
    this.factory.resetDelay(); // this one worked: begin with short delays again
  }
}

export class Persistent extends ReconnectingClientFactory {
  override protocol = Staying;
  override maxDelay = 60; // seconds
}
// #endregion

// #region test
export function testCalculator(say: Say): void {
  const calculator = new Calculator();
  const transport = new StringTransport();
  calculator.makeConnection(transport);
  calculator.dataReceived(Buffer.from('1+2\r\n3'));
  say(transport.value().toString());
}

export function testEveryChunking(say: Say): void {
  const answers = new Set<string>();
  everyChunking('1+2\r\n3+4\r\n', (chunks) => {
    const calculator = new Calculator();
    const transport = new StringTransport();
    calculator.makeConnection(transport);
    for (const chunk of chunks) calculator.dataReceived(chunk);
    answers.add(transport.value().toString());
  });
  say(String(answers.size)); // one: the answer does not depend on how the bytes came
}
// #endregion
