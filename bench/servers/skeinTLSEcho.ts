import { readFileSync } from 'node:fs';

import { Factory, Protocol } from '@skein/protocols';
import { createNodeReactor } from '@skein/reactor';
import { PrivateCertificate } from '@skein/reactor/ssl';

import { announce } from './announce';

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const pem = readFileSync('conformance/fixtures/server.pem');
const reactor = createNodeReactor();
const options = PrivateCertificate.loadPEM(pem).options();
announce(reactor.listenSSL(0, Factory.forProtocol(Echo), options, { interface: '127.0.0.1' }));
void reactor.run();
