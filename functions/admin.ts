import { handle } from 'hono/aws-lambda';
import { z } from 'zod';
import { readEnvironment } from '../core/environment/read-environment.ts';
import { adminEnvironment, composeAdmin } from './admin/compose.ts';
import { withReadableEvents } from './http/readable-events.ts';

const admin = await composeAdmin(readEnvironment(z.object(adminEnvironment)));

/** The admin function, behind a buffered function URL. */
export const handler = withReadableEvents(handle(admin));
