import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../resources.ts';

/** What the manifests of a stage are filled in with. */
export interface ManifestValues {
  readonly region: string;
  readonly clusterName: string;
  /** Repository and digest. */
  readonly images: { readonly rag: string; readonly orchestrator: string };
  /** The IAM roles that service accounts take on; each trusts its own `namespace:name` alone. */
  readonly roleArns: {
    /** `atrium:rag` */
    readonly rag: string;
    /** `atrium:orchestrator` */
    readonly orchestrator: string;
    /** `kube-system:cluster-autoscaler` */
    readonly clusterAutoscaler: string;
  };
  /** The role whose sessions the RAG service reaches a tenant's data with. */
  readonly ragTenantRoleArn: string;
  readonly tableName: string;
  readonly bucketName: string;
  /** Public halves of the keys of the service tokens: a JWK set, as JSON. */
  readonly servicePublicJwks: string;
  readonly serviceKeysSecretName: string;
  readonly operatorSecretName: string;
  /** The engine on the cluster's own GPU nodes, or that of somebody else. */
  readonly engine:
    | { readonly model: string; readonly maxTokens: number; readonly replicas: number }
    | { readonly url: string };
  /** Addresses that nodes have, and so what comes through their ports. */
  readonly nodeCidrs: readonly string[];
  readonly replicas: {
    readonly rag: number;
    readonly orchestrator: { readonly min: number; readonly max: number };
  };
}

/** What the nodes of the GPU pool are marked with, so that the engine runs there and nothing else does. */
export const gpuNodes = {
  labels: { 'atrium/pool': 'gpu' },
  taint: { key: 'nvidia.com/gpu', value: 'present', effect: 'NO_SCHEDULE' },
} as const;

/** Where the files lie, from the project's root. */
export const manifestsFolder = 'gpu/manifests';
/** In the order in which they are applied. */
export const manifestFiles = ['namespace.yaml', 'rag.yaml', 'orchestrator.yaml', 'cluster-autoscaler.yaml'];
/** Those that come with GPU nodes. */
export const gpuManifestFiles = ['nvidia-device-plugin.yaml', 'engine.yaml'];

/** Ports of the containers. */
const servicePort = 8080;
const enginePort = 8000;

/**
 * The manifests of a stage by their file's name, in the order in which they are applied.
 *
 * @param root the project's root, which the templates are read below.
 * @throws naming the placeholder, when a template has one without a value or a value is used by no template.
 */
export function renderManifests(values: ManifestValues, root: string): Record<string, string> {
  const inCluster = 'model' in values.engine;
  const files = inCluster ? [...manifestFiles, ...gpuManifestFiles] : manifestFiles;
  const templates = Object.fromEntries(
    files.map((file) => [file, readFileSync(join(root, manifestsFolder, file), 'utf8')]),
  );
  return fillTemplates(templates, placeholders(values));
}

/**
 * Puts each value in the place of `"${NAME}"`, as JSON, which YAML understands: so nothing in a value can end its place.
 * The quotes make the template YAML too, and the placeholder a whole scalar of it.
 *
 * @throws naming the placeholder, when a template has one without a value or a value is used by no template.
 */
export function fillTemplates(
  templates: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const unused = new Set(Object.keys(values));
  const fill = ([file, template]: [string, string]) => {
    const filled = template.replaceAll(/"\$\{([A-Z_]+)\}"/g, (_, name: string) => {
      if (!Object.hasOwn(values, name)) throw new Error(`${file} has \${${name}}, which has no value.`);
      unused.delete(name);
      return JSON.stringify(values[name]);
    });
    const left = /\$\{.*/.exec(filled)?.[0];
    if (left !== undefined) throw new Error(`${file} has a placeholder out of form: ${left}`);
    return [file, filled] as const;
  };
  const filled = Object.fromEntries(Object.entries(templates).map(fill));
  if (unused.size > 0) throw new Error(`No manifest uses ${[...unused].join(', ')}.`);
  return filled;
}

function placeholders(values: ManifestValues): Record<string, unknown> {
  const { engine } = values;
  return {
    REGION: values.region,
    RAG_IMAGE: values.images.rag,
    RAG_REPLICAS: values.replicas.rag,
    RAG_ROLE_ARN: values.roleArns.rag,
    RAG_TENANT_ROLE_ARN: values.ragTenantRoleArn,
    RAG_NODE_PORT: services.rag.nodePort,
    RAG_HEALTH_PATH: services.rag.healthPath,
    TABLE_NAME: values.tableName,
    BUCKET_NAME: values.bucketName,
    SERVICE_PUBLIC_JWKS: values.servicePublicJwks,
    ORCHESTRATOR_IMAGE: values.images.orchestrator,
    ORCHESTRATOR_MIN_REPLICAS: values.replicas.orchestrator.min,
    ORCHESTRATOR_MAX_REPLICAS: values.replicas.orchestrator.max,
    ORCHESTRATOR_ROLE_ARN: values.roleArns.orchestrator,
    ORCHESTRATOR_NODE_PORT: services.orchestrator.nodePort,
    ORCHESTRATOR_HEALTH_PATH: services.orchestrator.healthPath,
    SERVICE_KEYS_SECRET_NAME: values.serviceKeysSecretName,
    OPERATOR_SECRET_NAME: values.operatorSecretName,
    SERVICE_PORT: servicePort,
    SERVICE_PORT_TEXT: String(servicePort),
    FROM_NODES: values.nodeCidrs.map((cidr) => ({ ipBlock: { cidr } })),
    CLUSTER_AUTOSCALER_ROLE_ARN: values.roleArns.clusterAutoscaler,
    NODE_GROUP_DISCOVERY: `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${values.clusterName}`,
    ...('model' in engine
      ? {
          ENGINE_URL: 'http://engine.atrium.svc.cluster.local',
          ENGINE_EGRESS: toEngine,
          ENGINE_MODEL: engine.model,
          ENGINE_MAX_TOKENS: String(engine.maxTokens),
          ENGINE_REPLICAS: engine.replicas,
          ENGINE_NODE_PORT: services.engine.nodePort,
          ENGINE_HEALTH_PATH: services.engine.healthPath,
          ENGINE_PORT: enginePort,
          ENGINE_PORT_TEXT: String(enginePort),
          GPU_NODE_LABELS: gpuNodes.labels,
          GPU_TAINT: gpuNodes.taint.key,
        }
      : // Empty counts as unset: the first model that the engine lists.
        { ENGINE_URL: engine.url, ENGINE_EGRESS: outside(portOf(engine.url)), ENGINE_MODEL: '' }),
  };
}

const toEngine = {
  to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'engine' } } }],
  ports: [{ port: enginePort, protocol: 'TCP' }],
};

/** Anywhere but link-local addresses, where the node's own credentials are. */
const outside = (port: number) => ({
  to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }],
  ports: [{ port, protocol: 'TCP' }],
});

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}
