import { type ServiceName, type ServiceResource, services } from '../resources.ts';
import type { Stage } from '../stage.ts';

/** The services that run in this stage's cluster: all, but an engine only on GPU nodes of its own. */
export const clusterServices = ({ settings }: Stage): (ServiceResource & { readonly name: ServiceName })[] =>
  Object.entries(services)
    .map(([name, service]) => ({ name: name as ServiceName, ...(service as ServiceResource) }))
    .filter(({ image }) => image !== 'engine' || settings.cluster.gpu !== undefined);
