/** The request router as a service of its own: what the functions do, in a container. */
import { z } from 'zod';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { adminEnvironment, composeAdmin } from '../admin/compose.ts';
import { chatEnvironment, composeChat } from '../chat/compose.ts';
import { serveApp } from '../http/serve-app.ts';
import { createRouterApp } from './app.ts';

const env = readEnvironment(
  z.object({
    ...chatEnvironment,
    ...adminEnvironment,
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535),
  }),
);

let draining = false;
const [chat, admin] = await Promise.all([composeChat(env), composeAdmin(env)]);
serveApp({
  app: createRouterApp({ chat, admin, ready: () => !draining }),
  host: env.HOST,
  port: env.PORT,
  onDrain: () => {
    draining = true;
  },
});
