import type { installationVariables } from '../installation.ts';
import { plannedRegion } from './plan.ts';

/** The installation that plans are made for. */
export const exampleInstallation: Readonly<Partial<Record<keyof typeof installationVariables, string>>> = {
  AWS_REGION: plannedRegion,
  ATRIUM_DOMAIN: 'chat.example.com',
  ATRIUM_HOSTED_ZONE_ID: 'Z0123456789EXAMPLE',
  ATRIUM_CLUSTER_ADMINS: 'arn:aws:iam::123456789012:role/platform-team',
  ATRIUM_ALARM_EMAIL: 'on-call@example.com',
  VLLM_SERVICE_URL: 'https://engine.example.com',
};
