import type { StageSettings } from '../../settings.ts';
import type { Check } from './check.ts';

/** What prod may never be set to, whatever else its row of the settings says, and how that reads. */
const promises: readonly (readonly [holds: (settings: StageSettings) => boolean, problem: string])[] = [
  [({ retained }) => retained, 'its data goes when it is removed'],
  [({ guardedFront }) => guardedFront, 'its functions answer without a front'],
  [({ alarms }) => alarms, 'it has no alarms'],
  [({ cluster }) => cluster.privateApi, "its cluster's API may be opened to the internet"],
  [({ zones, nat }) => zones >= 3 && nat === 'each-zone', 'it does not outlive the loss of a zone'],
  [({ interfaceEndpoints }) => interfaceEndpoints, 'it speaks with AWS over the internet'],
  [({ cluster }) => cluster.cpu.capacity === 'ON_DEMAND', 'AWS may take its nodes away at any time'],
  [({ cluster }) => cluster.gpu?.capacity !== 'SPOT', "AWS may take its engine's nodes away at any time"],
  [({ logRetentionDays }) => logRetentionDays >= 90, 'its logs are gone before anybody asks for them'],
  [({ oldVersionDays }) => oldVersionDays >= 30, 'what was deleted by mistake is gone within the month'],
  [({ recoveryDays }) => recoveryDays >= 30, 'a deleted key is gone within the month'],
];

/** The other checks ask whether a stage is as its settings say; this one, whether prod's say what was promised. */
export const productionAsPromised: Check = (plan, { settings }) =>
  plan.app.stage === 'prod'
    ? promises
        .filter(([holds]) => !holds(settings))
        .map(([, problem]) => ({ resource: 'the settings of prod', problem }))
    : [];
