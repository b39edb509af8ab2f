/**
 * Endpoints: places to listen at and to connect to, apart from what is done there.
 *
 * @twisted twisted.internet.endpoints
 *
 * Services that start and stop are in `@skein/endpoints/application/…`.
 */
export { AdoptedStreamServerEndpoint } from './adoptedStreamServerEndpoint';
export { connectProtocol } from './connectProtocol';
export { clientFromString } from './description/clientFromString';
export { quoteStringArgument } from './description/parseDescription';
export {
  type DescriptionKeywords,
  type EndpointParser,
  IStreamClientEndpointStringParserWithReactor,
  IStreamServerEndpointStringParser,
  registerEndpointParser,
} from './description/plugins';
export { serverFromString } from './description/serverFromString';
export type { ClientDescription, ServerDescription } from './description/typed';
export { UnknownEndpointType } from './description/unknownEndpointType';
export { HostnameEndpoint, type HostnameEndpointOptions, type HostnameReactor } from './hostnameEndpoint';
export { type IProtocolFactoryOf, IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
export { SSL4ClientEndpoint, SSL4ServerEndpoint, type SSLServerEndpointOptions } from './sslEndpoints';
export { type Environment, ListenFDs } from './systemd/listenFDs';
export {
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ClientEndpoint,
  TCP6ServerEndpoint,
  type TCPClientEndpointOptions,
  type TCPServerEndpointOptions,
} from './tcpEndpoints';
export {
  UNIXClientEndpoint,
  type UNIXClientEndpointOptions,
  UNIXServerEndpoint,
  type UNIXServerEndpointOptions,
} from './unixEndpoints';
export { proxyEndpoint } from './wrapperEndpoints';
export { wrapClientTLS, type WrapClientTLSOptions, wrapServerTLS, type WrapServerTLSOptions } from './wrapTLS';
