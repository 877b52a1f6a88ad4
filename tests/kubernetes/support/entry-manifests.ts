import type { IDeployment } from 'kubernetes-models/apps/v1';

interface Reference {
  readonly kind?: string;
  readonly name: string;
}

interface Entry<Version extends string, Kind extends string, Spec> {
  readonly apiVersion: Version;
  readonly kind: Kind;
  readonly metadata?: IDeployment['metadata'];
  readonly spec: Spec;
}

type GatewayApi<Kind extends string, Spec> = Entry<'gateway.networking.k8s.io/v1', Kind, Spec>;
type EnvoyGateway<Kind extends string, Spec> = Entry<'gateway.envoyproxy.io/v1alpha1', Kind, Spec>;

/** The fields of the manifests of Gateway API and Envoy Gateway that the tests read. Schemas check all of them. */
export type EntryManifest =
  | GatewayApi<'GatewayClass', { controllerName: string }>
  | GatewayApi<
      'Gateway',
      {
        gatewayClassName: string;
        listeners: {
          name: string;
          hostname: string;
          port: number;
          tls?: { certificateRefs: Reference[] };
        }[];
      }
    >
  | GatewayApi<
      'HTTPRoute',
      {
        parentRefs: (Reference & { sectionName: string })[];
        rules: {
          matches?: { path: { type: string; value: string } }[];
          timeouts?: { request: string };
          retry?: object;
          backendRefs?: (Reference & { port: number })[];
        }[];
      }
    >
  | EnvoyGateway<'EnvoyProxy', { telemetry: { accessLog: { disable: boolean } } }>
  | EnvoyGateway<'ClientTrafficPolicy', { targetRefs: Reference[]; path: object }>
  | EnvoyGateway<
      'BackendTrafficPolicy',
      {
        targetRefs: Reference[];
        retry: { numRetries: number };
        timeout: { tcp: { connectTimeout: string }; http: { connectionIdleTimeout: string } };
        rateLimit: {
          type: string;
          local: {
            rules: {
              clientSelectors: { sourceCIDR: { type: string; value: string } }[];
              limit: { requests: number; unit: string };
            }[];
          };
        };
      }
    >;
