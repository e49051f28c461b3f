import type { Hono } from 'hono';
import { type AppEnv, createApp } from '../http/app.ts';

export interface RouterDeps {
  /** Answers what is under `/chat`. */
  readonly chat: Hono<AppEnv>;
  /** Answers what is under `/tenant`, and `/tenants`. */
  readonly admin: Hono<AppEnv>;
  /** Whether requests can be taken; false while the service drains. */
  readonly ready: () => boolean;
}

/** Both planes behind one address, and `GET /healthz`. Who asks is each plane's own to establish. */
export function createRouterApp({ chat, admin, ready }: RouterDeps): Hono<AppEnv> {
  const app = createApp();
  app.get('/healthz', (c) => c.json({ status: ready() ? 'ok' : 'unavailable' }, ready() ? 200 : 503));
  app.all('/chat/*', (c) => chat.fetch(c.req.raw, c.env));
  for (const path of ['/tenant/*', '/tenants']) app.all(path, (c) => admin.fetch(c.req.raw, c.env));
  return app;
}
