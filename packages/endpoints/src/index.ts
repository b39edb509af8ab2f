/**
 * Endpoints: places to listen at and to connect to, apart from what is done there.
 *
 * @twisted twisted.internet.endpoints
 */
export { connectProtocol } from './connectProtocol';
export { type IProtocolFactoryOf, IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
export {
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ClientEndpoint,
  TCP6ServerEndpoint,
  type TCPClientEndpointOptions,
  type TCPServerEndpointOptions,
} from './tcpEndpoints';
