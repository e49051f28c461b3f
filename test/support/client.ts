import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { DocumentView } from '../../core/documents/schema.ts';
import type { ChatEvent, ChatEventData, ChatEventName } from '../../core/orchestrator/schema.ts';

/** An event and when it arrived, milliseconds after the request was sent. */
export type Arrived = ChatEvent & { readonly atMs: number };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly events: readonly Arrived[];
  readonly text: string;
  /** Every event of a name. */
  all<N extends ChatEventName>(name: N): ChatEventData<N>[];
  /** The first event of a name; fails when there is none. */
  one<N extends ChatEventName>(name: N): ChatEventData<N>;
}

/** A client of a stage's HTTP interface for one tenant, as a caller outside would write it. */
export function clientOf(url: string, tenant: string) {
  const own = { 'x-tenant-id': tenant };
  const at = (path: string) => `${url}/tenant/${tenant}${path}`;

  return {
    tenant,

    /** Asks and reads the whole stream; `onEvent` sees every event as it comes. */
    async ask(query: string, onEvent: (event: Arrived) => void = () => {}): Promise<Answer> {
      const sentAt = performance.now();
      const response = await fetch(`${url}/chat`, {
        method: 'POST',
        headers: { ...own, 'content-type': 'application/json' },
        body: JSON.stringify({
          tenant_id: tenant,
          user_id: 'u123',
          session_id: 's456',
          query,
          locale: 'en-US',
        }),
      });
      const events: Arrived[] = [];
      if (response.headers.get('content-type')?.startsWith('text/event-stream') && response.body) {
        const messages = response.body
          .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
          .pipeThrough(new EventSourceParserStream());
        for await (const { event, data } of messages) {
          const arrived = { event, data: JSON.parse(data), atMs: performance.now() - sentAt } as Arrived;
          events.push(arrived);
          onEvent(arrived);
        }
      } else await response.text();
      const all = <N extends ChatEventName>(name: N) =>
        events.filter(({ event }) => event === name).map(({ data }) => data as ChatEventData<N>);
      return {
        status: response.status,
        headers: response.headers,
        events,
        text: all('token')
          .map(({ text }) => text)
          .join(''),
        all,
        one(name) {
          const [first] = all(name);
          if (!first) throw new Error(`no ${name} event: ${JSON.stringify(events)}`);
          return first;
        },
      };
    },

    async upload(filename: string, content: string | Uint8Array, type = 'text/plain'): Promise<string> {
      const form = new FormData();
      form.set('file', new Blob([content as Uint8Array<ArrayBuffer> | string], { type }), filename);
      const response = await fetch(at('/documents'), { method: 'POST', headers: own, body: form });
      const body = (await response.json()) as { document_id: string };
      if (response.status !== 202)
        throw new Error(`upload answered ${response.status}: ${JSON.stringify(body)}`);
      return body.document_id;
    },

    async document(documentId: string): Promise<DocumentView | undefined> {
      const response = await fetch(at(`/documents/${documentId}`), { headers: own });
      const body = (await response.json()) as DocumentView;
      return response.status === 404 ? undefined : body;
    },

    async documents(): Promise<DocumentView[]> {
      const response = await fetch(at('/documents'), { headers: own });
      return ((await response.json()) as { documents: DocumentView[] }).documents;
    },

    async remove(documentId: string): Promise<number> {
      return (await fetch(at(`/documents/${documentId}`), { method: 'DELETE', headers: own })).status;
    },

    async documentText(documentId: string, version: number): Promise<string> {
      const response = await fetch(at(`/documents/${documentId}/text?version=${version}`), { headers: own });
      if (response.status !== 200) throw new Error(`text answered ${response.status}`);
      return response.text();
    },

    async putConfig(config: object): Promise<Response> {
      return fetch(at('/config'), {
        method: 'PUT',
        headers: { ...own, 'content-type': 'application/json' },
        body: JSON.stringify({ tenant_id: tenant, ...config }),
      });
    },

    /** Waits until a document is `ready` or `failed`. */
    async settled(documentId: string, withinMs = 60_000): Promise<DocumentView> {
      const until = Date.now() + withinMs;
      for (;;) {
        const view = await this.document(documentId);
        if (view?.state === 'ready' || view?.state === 'failed') return view;
        if (Date.now() > until) throw new Error(`still ${view?.state ?? 'missing'} after ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
  };
}

export type Client = ReturnType<typeof clientOf>;

/** The code points of a text from `start` to `end`, as citations count. */
export const codePoints = (text: string, start: number, end: number) => [...text].slice(start, end).join('');
