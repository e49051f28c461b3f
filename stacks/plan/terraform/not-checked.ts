/** Properties that every resource may have, and why the provider at hand may not know them. */
const everywhere: Readonly<Record<string, string>> = {
  region: 'the region of a single resource came with version 6 of the provider',
};

const version6 = 'came with version 6 of the provider';

/**
 * What a plan may ask for and no schema may see: by Pulumi type, then property, the reason. Whatever else is left out
 * is a fault. `*` stands for a whole resource.
 */
const byType: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'aws:apigateway/integration:Integration': {
    responseTransferMode: version6,
    integrationTarget: version6,
  },
  'aws:cloudwatch/logGroup:LogGroup': { deletionProtectionEnabled: version6 },
  'aws:ecr/repository:Repository': { imageTagMutabilityExclusionFilters: version6 },
  'aws:eks/cluster:Cluster': { deletionProtection: version6, controlPlaneScalingConfig: version6 },
  'aws:lambda/function:Function': { environment: 'secret as a whole where one of its values is' },
  'aws:lambda/permission:Permission': { invokedViaFunctionUrl: version6 },
};

/**
 * Why a property may go unchecked.
 *
 * @param path the property as Pulumi has it, without indices: `vpcConfig.subnetIds`; `*` for the whole resource.
 * @returns `undefined` where it may not.
 */
export const reasonNotToCheck = (type: string, path: string): string | undefined =>
  byType[type]?.[path] ?? everywhere[path];
