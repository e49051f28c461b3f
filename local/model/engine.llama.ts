import {
  getLlama,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import { type Engine, type Generated, type GenerationRequest, PromptTooLong } from './engine.ts';
import { StopText } from './stop-text.ts';

/** Tokens computed between two looks at whether anybody still waits for the answer. */
const prefillStep = 128;

/** Loads a GGUF file into llama.cpp, on one thread: more are slower on a machine that has other work. */
export async function loadLlamaEngine(modelPath: string, contextTokens: number): Promise<Engine> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    maxThreads: 1,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize: contextTokens, sequences: 1, threads: 1 });
  const sequence = context.getSequence();
  let salt: string | undefined;

  return {
    contextTokens,
    async generate(request, onToken, signal) {
      const prompt = request.prompt.flatMap((part) => model.tokenize(part.text, part.marks));
      const room = contextTokens - prompt.length;
      const maxTokens = request.maxTokens ?? room;
      if (room < 1 || maxTokens > room) {
        throw new PromptTooLong(
          `This model's maximum context length is ${contextTokens} tokens. However, you requested ${maxTokens} ` +
            `output tokens and your prompt contains ${prompt.length} input tokens.`,
        );
      }
      // What was computed for one salt must not make another's requests faster: that would tell of it.
      if (request.cacheSalt === undefined || request.cacheSalt !== salt) await sequence.clearHistory();
      else await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
      salt = request.cacheSalt;
      const cachedTokens = sequence.nextTokenIndex;
      const rest = await prefill(sequence, prompt.slice(cachedTokens), signal);
      const given = { promptTokens: prompt.length, cachedTokens };
      const tell = (text: string, completionTokens: number) => onToken(text, { ...given, completionTokens });
      const written = await write(model, sequence, rest, { ...request, maxTokens }, tell, signal);
      return { ...written, ...given };
    },
  };
}

/** Computes the prompt up to its last step, which is returned: the first token of the answer comes out of it. */
async function prefill(
  sequence: LlamaContextSequence,
  tokens: Token[],
  signal: AbortSignal,
): Promise<Token[]> {
  let at = 0;
  for (; tokens.length - at > prefillStep; at += prefillStep) {
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + prefillStep));
  }
  signal.throwIfAborted();
  return tokens.slice(at);
}

async function write(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  tokens: Token[],
  request: GenerationRequest & { maxTokens: number },
  tell: (text: string, completionTokens: number) => void,
  signal: AbortSignal,
): Promise<Pick<Generated, 'finishReason' | 'completionTokens'>> {
  const stop = new StopText(request.stop);
  let pending: Token[] = [];
  let before: Token[] = [];
  let completionTokens = 0;
  let finishReason: Generated['finishReason'] = 'stop';
  const options = {
    temperature: request.temperature,
    topP: request.topP,
    ...(request.seed !== undefined && { seed: Math.abs(request.seed) % 2 ** 32 }),
    yieldEogToken: true,
  };
  for await (const token of sequence.evaluate(tokens, options)) {
    signal.throwIfAborted();
    completionTokens++;
    if (model.isEogToken(token)) break;
    pending.push(token);
    const text = model.detokenize(pending, false, before);
    // Half a character waits for its other half.
    const whole = !text.endsWith('\uFFFD') || pending.length > 8;
    if (whole) {
      before = pending.slice(-4);
      pending = [];
    }
    tell(whole ? stop.push(text) : '', completionTokens);
    if (stop.stopped) break;
    if (completionTokens >= request.maxTokens) {
      finishReason = 'length';
      break;
    }
  }
  const last = pending.length > 0 ? stop.push(model.detokenize(pending, false, before)) : '';
  const held = stop.stopped ? '' : stop.flush();
  if (last + held) tell(last + held, completionTokens);
  return { finishReason: stop.stopped ? 'stop' : finishReason, completionTokens };
}
