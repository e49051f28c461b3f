import type { Admission, Settlement } from '../admission/admission.ts';
import type { Proof } from '../identity/proof.ts';
import type { Standing } from '../identity/roles.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import type { OrchestrateRequest } from '../orchestrator/schema.ts';
import type { KeepQuery } from '../queries/keep-query.ts';
import type { RequestFacts } from '../telemetry/request-line.ts';
import type { StoredConfig } from '../tenants/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { TokenPrice } from '../usage/price.ts';
import type { Cancellations } from './cancellations.ts';

/** Tenants' configurations as this process knows them. */
export interface ConfigSource {
  get(tenant: TenantId): Promise<StoredConfig | undefined>;
  /** Asks the store again: admission said that there is this version. */
  reload(tenant: TenantId, version: number): Promise<StoredConfig | undefined>;
}

export interface ChatDeps {
  readonly configs: ConfigSource;
  readonly admission: Admission;
  readonly settlement: Pick<Settlement, 'settle'>;
  readonly cancellations: Pick<Cancellations, 'isAsked'>;
  readonly orchestrator: Orchestrator;
  /** Hears every question that was not denied, when it is answered or refused. */
  readonly keepQuery: KeepQuery;
  readonly price: TokenPrice;
  /** What the engine can take in and give for one answer, in tokens: what a tenant with budgets reserves. */
  readonly engineContextTokens: number;
  readonly tell: (facts: RequestFacts) => void;
  /** Hears what went wrong beside the answer, which whoever asked is not told. */
  readonly log: (message: string, error: unknown) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** One question of one caller, its parts already checked against each other. */
export interface Question extends Readonly<Omit<OrchestrateRequest, 'config' | 'groups' | 'standings'>> {
  readonly tenant: TenantId;
  readonly groups: readonly string[];
  readonly standings: readonly Standing[];
}

/** A question, and what is left to watch while it is answered. */
export interface Asking {
  readonly question: Question;
  /** Who may end the answer: the caller, as `Cancellations` knows it. */
  readonly asker: string;
  /** Of the caller's credential. */
  readonly proof: Proof;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
}
