import { type IncomingMessage, request } from 'node:http';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

/** When something happens to an answer: after so many events, so long after it was asked for, at its end, or never. */
export type Point = { readonly events: number } | { readonly ms: number } | 'end' | 'never';

/** How an answer went, as far as its reader saw. */
export interface Seen {
  /** Nothing of what was sent for it came through otherwise. */
  status?: number;
  events: number;
  /** Whether the point came, and what was to be done was done. */
  reached: boolean;
  /** Whether its end was read. */
  done: boolean;
  /** Tokens that its reader was told of. */
  told: number;
}

export interface Asked {
  readonly url: string;
  readonly tenant: TenantId;
  readonly query: string;
  readonly point: Point;
  /** Does to the answer what is to be done to it; false when it cannot be done yet, and so is not. */
  readonly act: (answer: { readonly messageId: string | undefined; leave(): void }) => boolean;
}

const maxMs = 60_000;

/** Asks for a streamed answer and reads it, until it ends or its connection does. */
export function ask({ url, tenant, query, point, act }: Asked): Promise<Seen> {
  return new Promise((resolve) => {
    const seen: Seen = { events: 0, reached: false, done: false, told: 0 };
    let response: IncomingMessage | undefined;
    const sent = request(`${url}/chat`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'x-tenant-id': tenant, accept: 'text/event-stream' },
    });
    const reach = () => {
      if (seen.reached) return;
      const id = response?.headers['x-message-id'];
      seen.reached = act({
        messageId: typeof id === 'string' ? id : undefined,
        leave: () => sent.destroy(),
      });
    };
    const timer = typeof point === 'object' && 'ms' in point ? setTimeout(reach, point.ms) : undefined;
    const late = setTimeout(() => sent.destroy(), maxMs);
    const end = () => {
      clearTimeout(timer);
      clearTimeout(late);
      resolve(seen);
    };
    sent.on('response', (opened) => {
      response = opened;
      if (opened.statusCode !== undefined) seen.status = opened.statusCode;
      let text = '';
      opened.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          hear(text.slice(0, at));
          text = text.slice(at + 2);
        }
      });
      opened.on('error', () => {});
    });
    const hear = (frame: string) => {
      if (!frame.startsWith('event: ')) return;
      seen.events += 1;
      if (frame.startsWith('event: usage\n')) {
        const { prompt_tokens, completion_tokens } = JSON.parse(frame.slice(frame.indexOf('data: ') + 6));
        seen.told = prompt_tokens + completion_tokens;
      }
      if (frame.startsWith('event: done\n')) seen.done = true;
      if (point === 'end' && seen.told > 0) reach();
      if (typeof point === 'object' && 'events' in point && seen.events >= point.events) reach();
    };
    sent.on('error', () => {});
    sent.on('close', end);
    sent.end(JSON.stringify({ query }));
  });
}
