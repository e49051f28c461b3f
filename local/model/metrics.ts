import type { Generated, Produced } from './engine.ts';

/** Counters under vLLM's names (https://docs.vllm.ai/en/latest/usage/metrics.html), so that the same alarms read both. */
export class Metrics {
  readonly #model: string;
  #prompt = 0;
  #generated = 0;
  #cached = 0;
  readonly #finished = { stop: 0, length: 0, abort: 0 };

  constructor(model: string) {
    this.#model = model;
  }

  add(generated: Generated): void {
    this.#count(generated);
    this.#finished[generated.finishReason]++;
  }

  /** @param handed what its reader was given before it left; `undefined` when nothing was. */
  addAborted(handed: Produced | undefined): void {
    if (handed) this.#count(handed);
    this.#finished.abort++;
  }

  #count(produced: Produced): void {
    this.#prompt += produced.promptTokens;
    this.#generated += produced.completionTokens;
    this.#cached += produced.cachedTokens;
  }

  /** Prometheus text format 0.0.4. */
  text(now: { running: number; waiting: number }): string {
    const label = `model_name="${this.#model}"`;
    const one = (name: string, type: 'gauge' | 'counter', value: number) =>
      `# TYPE vllm:${name} ${type}\nvllm:${name}{${label}} ${value}\n`;
    return [
      one('num_requests_running', 'gauge', now.running),
      one('num_requests_waiting', 'gauge', now.waiting),
      one('prompt_tokens_total', 'counter', this.#prompt),
      one('generation_tokens_total', 'counter', this.#generated),
      one('prefix_cache_queries_total', 'counter', this.#prompt),
      one('prefix_cache_hits_total', 'counter', this.#cached),
      '# TYPE vllm:request_success_total counter\n',
      ...Object.entries(this.#finished).map(
        ([reason, count]) => `vllm:request_success_total{${label},finished_reason="${reason}"} ${count}\n`,
      ),
    ].join('');
  }
}
