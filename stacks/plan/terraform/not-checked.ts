/** Properties that every resource may have, and why the provider at hand may not know them. */
const everywhere: Readonly<Record<string, string>> = {
  region: 'the region of a single resource came with version 6 of the provider',
};

const version6 = 'came with version 6 of the provider';

/**
 * What a plan may ask for and no schema may see: by Pulumi type, then property, the reason. Whatever else is left out
 * is a fault. `*` stands for a whole resource, `property=value` for a value that is newer than the provider's list of them.
 */
const byType: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'aws:apigateway/integration:Integration': {
    responseTransferMode: version6,
    'timeoutMilliseconds=900000':
      '15 minutes, which streamed responses may take, came with version 6 of the provider',
  },
  'aws:eks/cluster:Cluster': { deletionProtection: version6 },
  'aws:lambda/function:Function': { 'runtime=nodejs24.x': version6 },
  'aws:lambda/permission:Permission': { invokedViaFunctionUrl: version6 },
};

/**
 * Why a property may go unchecked.
 *
 * @param path the property as Pulumi has it, without indices: `vpcConfig.subnetIds`; also `*` and `runtime=new`.
 * @returns `undefined` where it may not.
 */
export const reasonNotToCheck = (type: string, path: string): string | undefined =>
  byType[type]?.[path] ?? everywhere[path];

/** Every reason's property, as `type.path`, to see that each is still needed. */
export const excused: readonly string[] = Object.entries(byType).flatMap(([type, paths]) =>
  Object.keys(paths).map((path) => `${type}.${path}`),
);
