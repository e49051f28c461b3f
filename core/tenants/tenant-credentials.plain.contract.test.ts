import { startEmulator } from '../../test/support/emulator.ts';
import { tenantCredentialsContract } from './tenant-credentials.contract.ts';
import { plainTenantCredentials } from './tenant-credentials.plain.ts';

tenantCredentialsContract("the process's own", async () => {
  const emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
  return {
    credentials: plainTenantCredentials,
    tableName: emulator.tableName,
    bucketName: emulator.bucketName,
    identity: () => /:root$/,
    close: () => emulator.stop(),
  };
});
