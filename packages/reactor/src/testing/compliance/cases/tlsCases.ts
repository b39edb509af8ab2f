/**
 * Rule 9: `startTLS`, and what the other rules mean for a handle that is secured.
 */
import type { SecuredInfo, StartTLSOptions } from '../../../driver';
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { DriverWorld, TLSWorld } from '../driverWorld';
import { claimPattern, pattern } from '../pattern';
import type { Connection, Scene } from '../scene';
import type { StreamProbe } from '../streamProbe';

const SERVER: StartTLSOptions = { role: 'server', chooseContext: null };

const hasTLS = ({ tls = null }: DriverWorld): boolean => tls !== null;

function tlsOf({ world: { tls = null } }: Scene): TLSWorld {
  claim(tls !== null, 'the world has no TLS');
  return tls;
}

/** The client's end: it verifies the server's name. */
function client(scene: Scene, name = tlsOf(scene).serverName): StartTLSOptions {
  return { role: 'client', peerName: { kind: 'dns', name }, session: null };
}

/** A connection that both ends are securing; the client is `near`. */
async function securing(scene: Scene, name?: string): Promise<Connection> {
  const connection = await scene.connection();
  const { near, far } = connection;
  far.startTLS(tlsOf(scene).server, SERVER);
  near.startTLS(tlsOf(scene).client, client(scene, name));
  return connection;
}

/** A connection that is secured, both ends reading. */
async function secured(scene: Scene): Promise<Connection> {
  const connection = await securing(scene);
  const { near, far } = connection;
  near.readStart();
  far.readStart();
  await near.sees('secured');
  await far.sees('secured');
  return connection;
}

function securedEvents({ events }: StreamProbe): string[] {
  return events.filter((event) => event !== 'connected');
}

export const tlsCases = [
  driverCase(
    9,
    'StreamHandle.startTLS is followed by secured at both ends, reading or not',
    async (scene) => {
      const { near, far } = await securing(scene);
      await near.sees('secured');
      await far.sees('secured');
      await scene.look();
      claimEqual(near.events, ['connected', 'secured'], "the client's events");
      claimEqual(far.events, ['secured'], "the server's events");
      const [info, other] = [near, far].map((each) => each.info as SecuredInfo) as [SecuredInfo, SecuredInfo];
      claim(
        info.peerCertificate !== null && info.peerCertificate.length > 0,
        "the client has the server's certificate",
      );
      claimEqual(other.peerCertificate, null, "the client's certificate");
      claimEqual([info.version, info.cipher], [other.version, other.cipher], 'what the ends agreed on');
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.write before secured is sent after it',
    async (scene) => {
      const { near, far } = await securing(scene);
      near.write(pattern(200_000));
      far.write(Buffer.from('from the server'));
      near.readStart();
      far.readStart();
      await far.receives(200_000);
      await near.receives(15);
      await near.hasWritten(1);
      claimPattern(far.received, 200_000, 'what the server got');
      claimEqual(near.received.toString(), 'from the server', 'what the client got');
      claimEqual(far.events.indexOf('secured'), 0, "the place of secured among the server's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.data never brings what came in plain before startTLS',
    async (scene) => {
      const { near, far } = await scene.connection();
      near.write(Buffer.from('injected'));
      await near.hasWritten(1);
      // Wanted for a moment, so that it may have been read.
      far.readStart();
      far.readStop();
      await scene.look();
      far.startTLS(tlsOf(scene).server, SERVER);
      near.startTLS(tlsOf(scene).client, client(scene));
      near.write(Buffer.from('secure'));
      far.readStart();
      // It is thrown away, or it was still under way and is no record of TLS's.
      await far.seesOneOf('data', 'closed');
      claim(!far.received.includes('injected'), `what came in plain was delivered; ${far.events.join()}`);
      if (far.has('data')) claimEqual(far.received.toString(), 'secure', 'what was delivered');
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle carries both directions at once when it is secured',
    async (scene) => {
      const { near, far } = await secured(scene);
      for (let i = 0; i < 10; i++) {
        near.write(pattern(50_000, i * 50_000));
        far.write(pattern(50_000, i * 50_000));
        await near.hasWritten(i + 1);
        await far.hasWritten(i + 1);
      }
      await near.receives(500_000);
      await far.receives(500_000);
      claimPattern(near.received, 500_000, 'what the client got');
      claimPattern(far.received, 500_000, 'what the server got');
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.readStop holds data and ended back when it is secured',
    async (scene) => {
      const { near, far } = await secured(scene);
      far.readStop();
      near.write(pattern(100_000));
      await scene.look();
      claimEqual(securedEvents(far), ['secured'], 'events until readStart');
      far.readStart();
      await far.receives(100_000);
      await near.hasWritten(1);
      far.readStop();
      near.shutdown();
      await scene.look();
      claimEqual(securedEvents(far), ['secured', 'data'], 'events until readStart');
      far.readStart();
      await far.sees('ended');
      claimPattern(far.received, 100_000, 'what came');
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.shutdown says farewell: ended for the peer, after all data',
    async (scene) => {
      const { near, far } = await secured(scene);
      near.write(pattern(100_000));
      await near.hasWritten(1);
      near.shutdown();
      await far.sees('ended');
      claimPattern(far.received, 100_000, 'what came before');
      far.write(Buffer.from('goodbye'));
      await near.receives(7);
      far.shutdown();
      await near.sees('ended');
      claimEqual(securedEvents(near), ['secured', 'written', 'data', 'ended'], "the client's events");
      claimEqual(securedEvents(far), ['secured', 'data', 'ended', 'written'], "the server's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.close without a farewell is closed(EOF) for the peer, after all data, and held back by readStop',
    async (scene) => {
      const { near, far } = await secured(scene);
      near.write(Buffer.from('cut off'));
      await far.receives(7);
      // A close with something unread is a reset, and TLS may have sent something by itself: it has come before this.
      far.write(Buffer.from('!'));
      await near.receives(1);
      far.readStop();
      near.close();
      await near.sees('closed');
      await scene.look();
      claimEqual(securedEvents(far), ['secured', 'data', 'written'], 'events until readStart');
      far.readStart();
      await far.sees('closed');
      claimEqual(securedEvents(far), ['secured', 'data', 'written', 'closed(EOF)'], "the peer's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.shutdown and close at once is ended for the peer',
    async (scene) => {
      const { near, far } = await secured(scene);
      near.shutdown();
      near.close();
      await near.sees('closed');
      await far.sees('ended');
      await scene.look();
      claimEqual(securedEvents(near), ['secured', 'closed(null)'], "this end's events");
      claimEqual(securedEvents(far), ['secured', 'ended'], "the peer's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.reset of a secured handle is closed(null) here and closed(ECONNRESET) for the peer',
    async (scene) => {
      const { near, far } = await secured(scene);
      near.reset();
      await near.sees('closed');
      await far.sees('closed');
      claimEqual(securedEvents(near), ['secured', 'closed(null)'], "this end's events");
      claimEqual(securedEvents(far), ['secured', 'closed(ECONNRESET)'], "the peer's events");
    },
    (world) => hasTLS(world) && world.resets,
  ),

  driverCase(
    9,
    'StreamHandle.startTLS is followed by closed(error) when the server is somebody else',
    async (scene) => {
      const { near, far } = await securing(scene, 'somebody.else.example');
      near.write(Buffer.from('secret'));
      near.readStart();
      far.readStart();
      await near.sees('closed');
      await far.sees('closed');
      claimEqual(near.events, ['connected', 'closed(ERR_TLS_CERT_ALTNAME_INVALID)'], "the client's events");
      claimEqual(far.bytes, 0, 'bytes that the server got');
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.startTLS is followed by closed(error) when the peer speaks no TLS',
    async (scene) => {
      const { near, far } = await scene.connection();
      far.startTLS(tlsOf(scene).server, SERVER);
      far.readStart();
      near.write(Buffer.from('hello, is anybody there?\n'));
      await far.sees('closed');
      claim(!far.has('secured') && !far.has('data') && !far.has('closed(null)'), `events: ${far.events.join()}`);
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.startTLS is followed by closed(error) when the peer goes during the handshake, reading or not',
    async (scene) => {
      const { near, far } = await scene.connection();
      far.startTLS(tlsOf(scene).server, SERVER);
      near.close();
      await far.sees('closed');
      claimEqual(far.events, ['closed(EOF)'], "the server's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.close during the handshake lets nothing come but closed(null)',
    async (scene) => {
      const { near, far } = await securing(scene);
      near.close();
      far.reset();
      await near.sees('closed');
      await far.sees('closed');
      claimEqual(near.events, ['connected', 'closed(null)'], "the client's events");
      claimEqual(far.events, ['closed(null)'], "the server's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.shutdown during the handshake is carried out after it',
    async (scene) => {
      const { near, far } = await securing(scene);
      near.shutdown();
      near.readStart();
      far.readStart();
      await far.sees('ended');
      claimEqual(far.events, ['secured', 'ended'], "the server's events");
      far.write(Buffer.from('still here'));
      await near.receives(10);
    },
    hasTLS,
  ),

  driverCase(
    9,
    'StreamHandle.startTLS from inside data secures the handle',
    async (scene) => {
      const { near, far } = await scene.connection();
      far.reactions.data = () => {
        if (far.bytes === 8) far.startTLS(tlsOf(scene).server, SERVER);
      };
      far.readStart();
      near.write(Buffer.from('STARTTLS'));
      await far.receives(8);
      near.startTLS(tlsOf(scene).client, client(scene));
      near.readStart();
      await near.sees('secured');
      near.write(Buffer.from('secure'));
      await far.receives(14);
      claimEqual(far.received.toString(), 'STARTTLSsecure', 'what came');
      claimEqual(far.events, ['data', 'secured', 'data'], "the server's events");
    },
    hasTLS,
  ),

  driverCase(
    9,
    'IDriver.stop holds secured and data back until start',
    async (scene) => {
      const { near, far, server } = await securing(scene);
      far.readStart();
      server.stop();
      near.write(Buffer.from('meanwhile'));
      await scene.look();
      claimEqual(far.events, [], 'events while stopped');
      server.start();
      await far.receives(9);
      claimEqual(far.events, ['secured', 'data'], 'events after start');
    },
    hasTLS,
  ),

  driverCase(
    9,
    'IDriver.checkTLS throws a DriverError for a context that cannot be used',
    (scene) => {
      const { driver } = scene.station();
      const { server } = tlsOf(scene);
      driver.checkTLS?.(server);
      let code = '';
      try {
        driver.checkTLS?.({ ...server, certificateChain: 'rubbish' });
      } catch (error) {
        const { name, syscall } = error as { name: string; syscall: string };
        claimEqual([name, syscall], ['DriverError', 'tls'], 'name and syscall of the error');
        ({ code } = error as { code: string });
      }
      claim(code !== '', 'a DriverError with a code was to be thrown');
    },
    hasTLS,
  ),
];
