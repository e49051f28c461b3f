import type { StageSettings } from './settings.ts';

/** What is one account's own: read from the environment of `sst deploy`, or from `.env.<stage>`, which SST loads. */
export interface Installation {
  readonly region: string;
  /** Domain of this stage and its public zone in Route 53. Addresses: the domain itself, and labels below `internal.`. */
  readonly domain: { readonly name: string; readonly zoneId: string } | undefined;
  /** The engine of somebody else, where the stage has no GPU nodes. */
  readonly engineUrl: string | undefined;
  /** ARNs of the IAM roles of people who may look after the cluster. */
  readonly clusterAdmins: readonly string[];
  /** Networks that may call the cluster's API from outside, in a stage where that has a public address. */
  readonly clusterNetworks: readonly string[];
  /** Where alarms are sent. */
  readonly alarmEmail: string | undefined;
  /** `AUTH_MODES` of the functions. */
  readonly authModes: string;
  /** `AUTH_ISSUERS` of the functions, as JSON. */
  readonly authIssuers: string | undefined;
  /** `CORS_ORIGINS` of the functions. */
  readonly corsOrigins: string | undefined;
  /** `TENANT_CREATION` of the functions. */
  readonly tenantCreation: string | undefined;
  /** Which of the front's secrets is current; one more makes the next one current. */
  readonly originSecretGeneration: number;
  /** The same of the key that the services sign their tokens with. */
  readonly serviceKeyGeneration: number;
  /** What answers for the streaming function in this account, where it is not what the stage's settings say. */
  readonly streamingFront: StageSettings['streamingFront'] | undefined;
}

/** The variables, for the docs and for error messages. */
export const installationVariables = {
  AWS_REGION: 'region; default us-east-1',
  ATRIUM_DOMAIN: 'domain name of the stage; needed where CloudFront stands in front',
  ATRIUM_HOSTED_ZONE_ID: 'public zone in Route 53 that the domain is in',
  VLLM_SERVICE_URL: 'engine of somebody else; needed without GPU nodes',
  ATRIUM_CLUSTER_ADMINS: 'ARNs of IAM roles, separated by commas',
  ATRIUM_CLUSTER_NETWORKS:
    "networks that may call the cluster's API in dev, such as 203.0.113.0/24, by commas",
  ATRIUM_ALARM_EMAIL: 'address that alarms are sent to',
  AUTH_MODES: 'how callers say who they are',
  AUTH_ISSUERS: 'whose tokens are taken, as JSON; needed where AUTH_MODES has jwt',
  CORS_ORIGINS: 'origins of pages that may call from a browser, such as https://app.example.com, by commas',
  TENANT_CREATION: 'operator or owner: who brings new tenants into being; default operator',
  ATRIUM_ORIGIN_SECRET_GENERATION: 'which origin secret is current; default 1',
  ATRIUM_SERVICE_KEY_GENERATION: 'which key of the services is current; default 1',
  ATRIUM_STREAMING_FRONT:
    'function-url or api-gateway; function URLs may not stream from inside a VPC: this switches',
} as const;

/** What the functions take in `AUTH_MODES`. They do not start with another, so a deployment is refused before. */
const authModes = ['header', 'jwt', 'key'];
const authModesPattern = new RegExp(`^(${authModes.join('|')})(,(${authModes.join('|')}))*$`);

/** Of pages elsewhere, as browsers write them (RFC 6454, 6.2). Never `*`: each is named. */
const originsPattern = /^https:\/\/[a-z0-9.-]+(:\d+)?(,https:\/\/[a-z0-9.-]+(:\d+)?)*$/;
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

/**
 * Reads the installation's values.
 *
 * @param needs.proof callers must prove who they are, so `header` is refused: it believes everybody.
 * @throws one error that names every variable that is missing or wrong, never its value.
 */
export function readInstallation(
  needs: { readonly domain: boolean; readonly engineUrl: boolean; readonly proof: boolean },
  source: Readonly<Record<string, string | undefined>> = process.env,
): Installation {
  const wrong: string[] = [];
  const read = (name: keyof typeof installationVariables, pattern: RegExp, needed = false) => {
    const text = source[name]?.trim() ?? '';
    if (text === '') {
      if (needed) wrong.push(`${name} is missing (${installationVariables[name]})`);
      return undefined;
    }
    if (!pattern.test(text)) wrong.push(`${name} must match ${pattern}`);
    return text;
  };
  const domainNeeded = needs.domain || Boolean(source.ATRIUM_HOSTED_ZONE_ID) || Boolean(source.ATRIUM_DOMAIN);
  const name = read('ATRIUM_DOMAIN', /^([a-z0-9-]+\.)+[a-z]{2,}$/, domainNeeded);
  const zoneId = read('ATRIUM_HOSTED_ZONE_ID', /^Z[A-Z0-9]+$/, domainNeeded);
  const admins = read(
    'ATRIUM_CLUSTER_ADMINS',
    /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[^,]+(,\s*arn:.+)*$/,
  );
  const modes = read('AUTH_MODES', authModesPattern) ?? '';
  if (needs.proof && modes.split(',').includes('header'))
    wrong.push('AUTH_MODES must not name header in a stage that keeps its data: it proves nothing');
  const networks = read(
    'ATRIUM_CLUSTER_NETWORKS',
    /^(\d{1,3}\.){3}\d{1,3}\/([89]|[12]\d|3[0-2])(,\s*(\d{1,3}\.){3}\d{1,3}\/([89]|[12]\d|3[0-2]))*$/,
  );
  const origins = read('CORS_ORIGINS', originsPattern);
  if (origins && !origins.split(',').every(isOrigin))
    wrong.push('CORS_ORIGINS must hold origins exactly as browsers write them');
  const installation: Installation = {
    region: read('AWS_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/) ?? 'us-east-1',
    domain: name && zoneId ? { name, zoneId } : undefined,
    engineUrl: read('VLLM_SERVICE_URL', /^https?:\/\/\S+$/, needs.engineUrl),
    clusterAdmins: admins?.split(',').map((each) => each.trim()) ?? [],
    clusterNetworks: networks?.split(',').map((each) => each.trim()) ?? [],
    alarmEmail: read('ATRIUM_ALARM_EMAIL', /^\S+@\S+$/),
    authModes: modes,
    authIssuers: read('AUTH_ISSUERS', /^\s*\[[\s\S]*\]\s*$/, modes.split(',').includes('jwt')),
    corsOrigins: origins,
    tenantCreation: read('TENANT_CREATION', /^(operator|owner)$/),
    streamingFront: read(
      'ATRIUM_STREAMING_FRONT',
      /^(function-url|api-gateway)$/,
    ) as Installation['streamingFront'],
    originSecretGeneration: Number(read('ATRIUM_ORIGIN_SECRET_GENERATION', /^[1-9]\d{0,5}$/) ?? '1'),
    serviceKeyGeneration: Number(read('ATRIUM_SERVICE_KEY_GENERATION', /^[1-9]\d{0,5}$/) ?? '1'),
  };
  if (wrong.length > 0) throw new Error(`The installation is incomplete.\n  ${wrong.join('\n  ')}`);
  return installation;
}
