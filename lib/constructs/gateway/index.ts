export {
  EnvoyProxies,
  type EnvoyProxiesProps,
  PROXY_PORTS,
  type ProxyService,
  proxyLabels,
  proxyParameters,
} from './envoy-proxies.ts';
export {
  type AcmeSolver,
  type CertificateIssuer,
  GatewayCertificate,
  type GatewayCertificateProps,
} from './gateway-certificate.ts';
export { LISTENERS, WebGateway, type WebGatewayProps } from './web-gateway.ts';
