import type { TenantCredentials } from './tenant-credentials.ts';

/** The process's own credentials for every tenant: for a stage whose data IAM does not fence, such as the local one. */
export const plainTenantCredentials: TenantCredentials = { of: () => undefined };
