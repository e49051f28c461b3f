import middy from '@middy/core';
import { z } from 'zod';
import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { type ReservationSweep, sweepReservations } from '../../core/admission/sweep-reservations.ts';
import { createDocumentClient } from '../../core/aws/clients.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import {
  createTenantCredentials,
  tenantCredentialsEnvironment,
} from '../../core/tenants/create-tenant-credentials.ts';
import { createDynamoTenantList } from '../../core/tenants/tenant-list.dynamo.ts';
import { listedTenants } from './input.ts';

const env = readEnvironment(z.object({ ...tenantCredentialsEnvironment, TABLE_NAME: z.string() }));
const tableName = env.TABLE_NAME;
// Each tenant is looked at as that tenant; which there are is asked as the function itself.
const tables = createTenantTables(createTenantCredentials(env), { maxAttempts: 1 });
const settlement = createDynamoAdmission({ tables, tableName });
const list = createDynamoTenantList({ client: createDocumentClient(), tableName });

/** Runs on a schedule, and whenever somebody does not want to wait for it; the event says nothing. */
export const handler = middy<unknown, ReservationSweep>().handler(() =>
  sweepReservations({ tenants: listedTenants(list), settlement, now: () => Date.now() }),
);
