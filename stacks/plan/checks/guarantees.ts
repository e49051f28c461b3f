import { heardAlarms } from './alarms.ts';
import type { Check } from './check.ts';
import {
  closedBuilds,
  closedNodes,
  clusterAccessByEntries,
  enforcedNetworkPolicies,
  knownClusterUsers,
  loggedCluster,
  nodePoolsAsSet,
  privateClusterApi,
} from './cluster.ts';
import { functionsAsDescribed, stateMachinesAsDescribed, storesAsDescribed } from './described.ts';
import { firewallTurnsAway, knownOriginHeader, nothingKeptAtFront, quietApis, tlsFront } from './front.ts';
import {
  boundedFunctions,
  noOpenCors,
  noOpenInvocations,
  originSecret,
  restartedByRotation,
  streamingOn,
} from './functions.ts';
import {
  fewManagedPolicies,
  nothingByLeavingOut,
  nothingForEverybody,
  noWildcards,
} from './least-privilege.ts';
import {
  filledSecrets,
  imagesByDigest,
  immutableImages,
  knownNames,
  requestLinesInKnownGroup,
} from './names.ts';
import {
  closedGroups,
  internalLoadBalancers,
  narrowEndpoints,
  nodePortsForLoadBalancer,
  privateSubnets,
  privateZones,
  tlsListeners,
} from './network.ts';
import { madeInOrder } from './order.ts';
import { productionAsPromised } from './production.ts';
import { describedAddresses, functionsInNetwork, reservedChat } from './reach.ts';
import { boundedLogs, knownLogGroups, operatorsValuesStay, retainedInProd } from './retention.ts';
import {
  becomesOwnTenantRole,
  keysThroughServices,
  namedResources,
  noRightsOverRights,
  shortTenantSessions,
} from './rights.ts';
import {
  dataByTenantRolesOnly,
  fencedTenantRoles,
  narrowTrust,
  networkNotForCode,
  ownRoles,
  tenantRolesForOne,
} from './roles.ts';
import { hiddenSecrets } from './secret-values.ts';
import { servicesForThisAccount, storesLetNobodyIn } from './services.ts';
import {
  deadLetters,
  encryptedStores,
  privateBuckets,
  recoverableTables,
  rotatedKeys,
  tlsOnlyStores,
  versionedBuckets,
} from './stores.ts';
import {
  hiddenWhileWorkedOn,
  observedStateMachines,
  singleFailures,
  validDefinitions,
  workingStarters,
} from './workflows.ts';

/** What every plan promises, and the check that finds where it does not. */
export const guarantees: Readonly<Record<string, Check>> = {
  'no action and no resource is a wildcard': noWildcards,
  'nothing is allowed by leaving out': nothingByLeavingOut,
  'no resource lets everybody in': nothingForEverybody,
  "AWS's services act for this account only": servicesForThisAccount,
  "no store's own policy lets anybody in": storesLetNobodyIn,
  'no role changes who may do what': noRightsOverRights,
  'a role becomes its own tenant role only, for one tenant': becomesOwnTenantRole,
  "a tenant's session is short": shortTenantSessions,
  'what a role may touch is named': namedResources,
  'keys are used through services only': keysThroughServices,
  "roles have few of AWS's own policies": fewManagedPolicies,
  'no role trusts an account, another one, or everybody': narrowTrust,
  'each function has a role of its own': ownRoles,
  "only tenants' sessions reach tenants' data": dataByTenantRolesOnly,
  "a tenant's session reaches that tenant's data only": fencedTenantRoles,
  "a tenant's session is made by one role, with its tag": tenantRolesForOne,
  "a function's code has no hand in the network": networkNotForCode,
  'every store is encrypted with a key of the stage': encryptedStores,
  'keys are rotated': rotatedKeys,
  'no bucket can be made public': privateBuckets,
  'buckets keep old versions, for a time': versionedBuckets,
  'stores answer over TLS only': tlsOnlyStores,
  'tables can be brought back to any second': recoverableTables,
  'what a queue cannot deliver is kept': deadLetters,
  'data and identity stay where they must': retainedInProd,
  'what operators wrote stays': operatorsValuesStay,
  'every log is kept for as long as the stage says': boundedLogs,
  'every function writes to a known log group': knownLogGroups,
  'every function has a limit of time and memory': boundedFunctions,
  'the chat function streams': streamingOn,
  'behind the front, only who knows the origin secret is answered': originSecret,
  'a rotated secret reaches every function at once': restartedByRotation,
  'the front speaks TLS only': tlsFront,
  'the front keeps no answer': nothingKeptAtFront,
  'the front proves itself as the functions ask': knownOriginHeader,
  'the firewall turns away': firewallTurnsAway,
  'no log of the front has what callers send': quietApis,
  'functions are in the network where they need it': functionsInNetwork,
  'only functions for people have an address': describedAddresses,
  'the chat function has executions of its own': reservedChat,
  'no page of anybody may call from a browser': noOpenCors,
  'functions are invoked by whom they are for': noOpenInvocations,
  'what runs is in private subnets': privateSubnets,
  'endpoints let through what is named': narrowEndpoints,
  'names inside are known inside': privateZones,
  'no load balancer is public': internalLoadBalancers,
  'load balancers speak TLS': tlsListeners,
  'no security group lets the internet in': closedGroups,
  'nodes are open to the load balancer only': nodePortsForLoadBalancer,
  "the cluster's API is private": privateClusterApi,
  'the cluster writes down who did what': loggedCluster,
  'the cluster knows its administrators': clusterAccessByEntries,
  'the cluster lets in whom it must': knownClusterUsers,
  'network policies are enforced': enforcedNetworkPolicies,
  'builds are closed': closedBuilds,
  'nodes are closed': closedNodes,
  "node pools are as the stage's settings say": nodePoolsAsSet,
  'what something needs is made before it': madeInOrder,
  'every state machine logs and traces': observedStateMachines,
  'state machines are valid as they are sent': validDefinitions,
  'one failing message does not repeat its batch': singleFailures,
  'a message is hidden while it is worked on': hiddenWhileWorkedOn,
  'what starts functions is on': workingStarters,
  'somebody hears every alarm': heardAlarms,
  'prod is what was promised': productionAsPromised,
  'names that people depend on are exact': knownNames,
  'images are immutable and scanned': immutableImages,
  'what runs is named by its digest': imagesByDigest,
  'request lines go to the known log group': requestLinesInKnownGroup,
  'every secret has a first value': filledSecrets,
  'no secret stands in plain text': hiddenSecrets,
  'stores are as described': storesAsDescribed,
  'functions are as described': functionsAsDescribed,
  'state machines are as described': stateMachinesAsDescribed,
};
