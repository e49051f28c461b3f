import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { services } from '../resources.ts';
import { settings } from '../settings.ts';
import { deployBuildspec } from './deploy-buildspec.ts';
import {
  fillTemplates,
  gpuManifestFiles,
  gpuNodes,
  type ManifestValues,
  manifestFiles,
  manifestsFolder,
  renderManifests,
} from './render-manifests.ts';

const root = resolve(import.meta.dirname, '../..');

const values: ManifestValues = {
  region: 'eu-central-1',
  clusterName: 'atrium-prod-main',
  images: {
    rag: `1.dkr.ecr.eu-central-1.amazonaws.com/rag-service@sha256:${'a'.repeat(64)}`,
    orchestrator: `1.dkr.ecr.eu-central-1.amazonaws.com/orchestrator@sha256:${'b'.repeat(64)}`,
  },
  roleArns: {
    rag: 'arn:aws:iam::1:role/rag',
    orchestrator: 'arn:aws:iam::1:role/orchestrator',
    clusterAutoscaler: 'arn:aws:iam::1:role/cluster-autoscaler',
  },
  ragTenantRoleArn: 'arn:aws:iam::1:role/rag-tenant',
  tableName: 'atrium-prod-main',
  bucketName: 'atrium-prod-documents-1',
  servicePublicJwks: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"key"}]}',
  serviceKeysSecretName: 'atrium-prod-service-keys',
  operatorSecretName: 'multi-tenant-chatbot-secrets',
  engine: { model: 'maker/model', maxTokens: 16_384, replicas: 2 },
  nodeCidrs: ['10.20.0.0/17', '10.20.128.0/17'],
  replicas: { rag: 2, orchestrator: { min: 2, max: 6 } },
};
const withoutGpu: ManifestValues = { ...values, engine: { url: 'https://engine.example:8443' } };

interface Container {
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext?: object;
  readonly resources?: { readonly requests?: object; readonly limits?: object };
}
interface Pod {
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: object;
  readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number };
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly object[];
  readonly topologySpreadConstraints?: readonly {
    readonly whenUnsatisfiable: string;
    readonly nodeTaintsPolicy?: string;
  }[];
}
interface Rule {
  readonly from?: readonly object[];
  readonly to?: readonly { readonly ipBlock?: { readonly cidr: string; readonly except?: string[] } }[];
  readonly ports?: readonly { readonly port: number }[];
}
interface Resource {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: {
    readonly template?: { readonly spec: Pod };
    readonly podSelector?: { readonly matchLabels?: Record<string, string> };
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
    readonly ports?: readonly { readonly nodePort?: number; readonly targetPort?: number | string }[];
    readonly scaleTargetRef?: { readonly name: string };
  };
}

/** @throws for text that is not YAML. */
function read(files: Record<string, string>): Resource[] {
  return Object.values(files).flatMap((text) =>
    parseAllDocuments(text).map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS() as Resource;
    }),
  );
}

const all = read(renderManifests(values, root));
const find = (kind: string, name: string, among = all) => {
  const found = among.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
};
const pods = all.flatMap(({ metadata, spec }) =>
  spec?.template ? [{ name: metadata.name, namespace: metadata.namespace, pod: spec.template.spec }] : [],
);
const containersOf = (pod: Pod) => [...(pod.initContainers ?? []), ...pod.containers];
const envOf = (name: string, among = all) =>
  Object.fromEntries(
    find('Deployment', name, among).spec.template?.spec.containers[0]?.env?.map((each) => [
      each.name,
      each.value,
    ]) ?? [],
  );

/** The folder that the device plugin announces itself in is root's. */
const needsRoot = ['nvidia-device-plugin'];

describe('the manifests', () => {
  it('are all known, and no placeholder is left in them', () => {
    expect(readdirSync(resolve(root, manifestsFolder)).sort()).toEqual(
      [...manifestFiles, ...gpuManifestFiles].sort(),
    );
    for (const text of Object.values(renderManifests(values, root))) expect(text).not.toMatch(/\$\{/);
  });

  it('come without an engine and its nodes where the engine is somebody else’s', () => {
    const files = renderManifests(withoutGpu, root);
    expect(Object.keys(files)).toEqual(manifestFiles);
    expect(Object.values(files).join()).not.toContain('nvidia');
    const env = envOf('orchestrator', read(files));
    expect(env.VLLM_SERVICE_URL).toBe('https://engine.example:8443');
    expect(env.VLLM_MODEL).toBe('');
  });

  it('begin with the namespace, which only takes restricted pods', () => {
    expect(all[0]?.kind).toBe('Namespace');
    expect(all[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  it.each(pods)(
    '$name runs without root, writes nowhere but in volumes and gains nothing',
    ({ name, pod }) => {
      if (!needsRoot.includes(name)) {
        expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
        expect(pod.securityContext?.runAsUser).toBeGreaterThan(0);
      }
      expect(pod.securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.hostNetwork).toBeUndefined();
      for (const container of containersOf(pod)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    },
  );

  it('mount nothing of a node, but the folder of the device plugin', () => {
    const mounting = pods.filter(({ pod }) => pod.volumes?.some((volume) => !('emptyDir' in volume)));
    expect(mounting.map(({ name }) => name)).toEqual(needsRoot);
  });

  it.each(pods)('$name says what it needs and how much memory it may take', ({ pod }) => {
    for (const { resources } of containersOf(pod)) {
      expect(resources?.requests).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
      expect(resources?.limits).toMatchObject({ memory: expect.anything() });
    }
  });

  it.each(pods)('$name runs a pinned image', ({ pod }) => {
    for (const { image } of containersOf(pod)) {
      expect(image).toMatch(/@sha256:[0-9a-f]{64}$|:v\d+\.\d+\.\d+[a-z0-9.-]*$/);
    }
  });

  it('lets each service account take on its own role, and the engine none', () => {
    const roleOf = (name: string) =>
      find('ServiceAccount', name).metadata.annotations?.['eks.amazonaws.com/role-arn'];
    expect(roleOf('rag')).toBe(values.roleArns.rag);
    expect(roleOf('orchestrator')).toBe(values.roleArns.orchestrator);
    expect(roleOf('cluster-autoscaler')).toBe(values.roleArns.clusterAutoscaler);
    expect(roleOf('engine')).toBeUndefined();
    for (const { name, pod, namespace } of pods) {
      if (namespace === 'atrium') expect(pod.serviceAccountName).toBe(name);
    }
  });

  it('gives the RAG service the public halves of the keys, unharmed', () => {
    expect(envOf('rag')).toMatchObject({
      SERVICE_PUBLIC_JWKS: values.servicePublicJwks,
      TENANT_ROLE_ARN: values.ragTenantRoleArn,
      TABLE_NAME: values.tableName,
      DOCUMENTS_BUCKET: values.bucketName,
      AWS_REGION: values.region,
    });
  });

  it.each(['rag', 'orchestrator', 'engine'] as const)('%s is reached at its node port', (name) => {
    expect(find('Service', name).spec.ports?.map(({ nodePort }) => nodePort)).toEqual([
      services[name].nodePort,
    ]);
  });

  it('run the engine and the device plugin on the GPU nodes, and nothing else there', () => {
    const onGpu = pods.filter(({ pod }) => pod.nodeSelector !== undefined);
    expect(onGpu.map(({ name }) => name).sort()).toEqual(['engine', 'nvidia-device-plugin']);
    for (const { pod } of onGpu) {
      expect(pod).toMatchObject({
        nodeSelector: gpuNodes.labels,
        tolerations: [{ key: gpuNodes.taint.key, effect: 'NoSchedule' }],
      });
    }
  });

  it('spread over the zones of the nodes that take them, not over those of GPU nodes', () => {
    const constraints = pods
      .filter(({ pod }) => pod.nodeSelector === undefined)
      .flatMap(({ pod }) => pod.topologySpreadConstraints ?? []);
    expect(constraints.length).toBeGreaterThan(0);
    for (const { nodeTaintsPolicy } of constraints) expect(nodeTaintsPolicy).toBe('Honor');
  });

  it('let what scales with the load start in any zone', () => {
    const scaled = all.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(scaled.length).toBeGreaterThan(0);
    for (const { spec } of scaled) {
      const { pod } = pods.find(({ name }) => name === spec.scaleTargetRef?.name) ?? {};
      expect(pod?.topologySpreadConstraints?.map((each) => each.whenUnsatisfiable)).toEqual([
        'ScheduleAnyway',
        'ScheduleAnyway',
      ]);
    }
  });

  it('fit the version of the cluster: kubectl, the autoscaler and the pod check', () => {
    const [{ pod }] = pods.filter(({ name }) => name === 'cluster-autoscaler') as [(typeof pods)[number]];
    const text = [
      deployBuildspec({ source: 's3://x/y', clusterName: 'x', region: 'eu-west-1' }),
      pod.containers[0]?.image,
      all[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce-version'],
    ];
    const versions = text.map((each) => /v(1\.\d+)/.exec(each ?? '')?.[1]);
    for (const { cluster } of Object.values(settings))
      expect(versions).toEqual([cluster.version, cluster.version, cluster.version]);
  });
});

describe('the network policies', () => {
  const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');

  it('shut every pod of the namespace off before any opens it', () => {
    expect(find('NetworkPolicy', 'nothing').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(policies.every(({ metadata }) => metadata.namespace !== undefined)).toBe(true);
  });

  it('open link-local addresses, where the node’s credentials are, to nobody', () => {
    const blocks = [
      policies,
      read(renderManifests(withoutGpu, root)).filter((each) => each.kind === 'NetworkPolicy'),
    ]
      .flat()
      .flatMap(({ spec }) => spec.egress ?? [])
      .flatMap((rule) => rule.to ?? [{}])
      .map(({ ipBlock, ...selectors }) => ({ ipBlock, selectors }));
    expect(blocks.length).toBeGreaterThan(5);
    for (const { ipBlock, selectors } of blocks) {
      // A rule without a peer would be open to all.
      if (ipBlock === undefined) expect(Object.keys(selectors).length).toBeGreaterThan(0);
      else expect(ipBlock.except).toEqual(['169.254.0.0/16']);
    }
  });

  it.each([
    ['rag', ['nodes', 'orchestrator']],
    ['orchestrator', ['nodes']],
    ['engine', ['nodes', 'orchestrator']],
  ])('%s is asked by %j alone', (name, askers) => {
    const rules = find('NetworkPolicy', name).spec.ingress ?? [];
    const nodes = values.nodeCidrs.map((cidr) => ({ ipBlock: { cidr } }));
    const pod = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'orchestrator' } } };
    expect(rules.map(({ from }) => from)).toEqual(askers.map((asker) => (asker === 'nodes' ? nodes : [pod])));
    for (const rule of rules) expect(rule.ports).toHaveLength(1);
  });

  // AWS's network plugin sees a request to a service before it has a pod's address, and knows the service's port by the
  // pods' ports that a policy opens: by a number at once, by a name not before there are pods.
  it.each(['rag', 'orchestrator', 'engine'])(
    'open the port of %s that its service names by number',
    (name) => {
      const opened = find('NetworkPolicy', name).spec.ingress?.flatMap(({ ports = [] }) => ports);
      const [{ targetPort } = {}] = find('Service', name).spec.ports ?? [];
      for (const { port } of opened ?? []) expect(port).toBe(targetPort);
      expect(targetPort).toBeTypeOf('number');
    },
  );

  it('of the cluster’s own parts let nobody in, and the device plugin nowhere', () => {
    const ofParts = policies.filter(({ metadata }) => metadata.namespace === 'kube-system');
    expect(ofParts.map(({ metadata }) => metadata.name)).toEqual([
      'cluster-autoscaler',
      'nvidia-device-plugin',
    ]);
    expect(ofParts.map(({ spec }) => spec.ingress)).toEqual([undefined, undefined]);
    expect(find('NetworkPolicy', 'nvidia-device-plugin').spec.egress).toBeUndefined();
  });

  it('let the orchestrator out to an engine of somebody else’s at its port', () => {
    const ports = (given: ManifestValues) =>
      find('NetworkPolicy', 'orchestrator', read(renderManifests(given, root))).spec.egress?.map(
        ({ ports }) => ports?.[0]?.port,
      );
    expect(ports(values)).toEqual([8080, 8000, 443]);
    expect(ports(withoutGpu)).toEqual([8080, 8443, 443]);
    expect(ports({ ...values, engine: { url: 'http://engine.example' } })).toEqual([8080, 80, 443]);
  });
});

describe('fillTemplates', () => {
  const template = `a: "\${NAME}"\n`;

  it('keeps a value in its place whatever is in it', () => {
    const value = 'x"\nb: [1]\n---\n# {}';
    const { file } = fillTemplates({ file: template }, { NAME: value });
    expect(parseAllDocuments(file ?? '').map((document) => document.toJS())).toEqual([{ a: value }]);
  });

  it.each([
    ['a placeholder without a value', template, {}],
    ['a value that nothing uses', 'a: b\n', { NAME: 'x' }],
    ['a placeholder that is no whole scalar', `${template}b: x-\${NAME}\n`, { NAME: 'x' }],
  ])('refuses %s, by name', (_, text, given) => {
    expect(() => fillTemplates({ file: text }, given)).toThrow(/NAME/);
  });
});
