import { type Installation, readInstallation } from './installation.ts';
import { type StageName, type StageSettings, settingsOf } from './settings.ts';

/** What every module of the stacks needs to know about the stage that it makes resources for. */
export interface Stage {
  readonly name: StageName;
  /** The stage's row of the table, with what the installation decides in its place. */
  readonly settings: StageSettings;
  readonly installation: Installation;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** The name of a resource in AWS for its logical name, such as `atrium-prod-main`. */
  readonly physical: (logical: string) => string;
  /** The same for what must be unique in the world, such as a bucket. */
  readonly unique: (logical: string) => string;
  /** The ARN of something in this account and region, known before it is made. */
  readonly arn: (service: string, resource: string) => string;
}

/** @throws when there is no such stage, or the installation's values are missing. */
export async function describeStage(): Promise<Stage> {
  const row = settingsOf($app.stage);
  const name = $app.stage as StageName;
  const installation = readInstallation({
    domain: row.guardedFront,
    engineUrl: row.cluster.gpu === undefined,
    proof: row.retained,
  });
  const settings = { ...row, streamingFront: installation.streamingFront ?? row.streamingFront };
  const { accountId } = await aws.getCallerIdentity({});
  const { region } = await aws.getRegion({});
  const { partition } = await aws.getPartition({});
  const physical = (logical: string) => `${$app.name}-${name}-${logical}`;
  return {
    name,
    settings,
    installation,
    accountId,
    region,
    partition,
    physical,
    unique: (logical) => `${physical(logical)}-${accountId}`,
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`,
  };
}
