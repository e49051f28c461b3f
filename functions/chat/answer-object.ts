import type { ChatEvent, ChatEventData } from '../../core/orchestrator/schema.ts';
import { Problem, type ProblemCode } from '../../core/problems/problem.ts';

/** The facts of a chat's events as one object. */
export interface AnswerObject {
  message_id: string;
  tenant_id: string;
  session_id: string;
  route: string | null;
  confidence: number | null;
  answer: string;
  chunks: ChatEventData<'retrieval'>['chunks'];
  unavailable?: true;
  citations: ChatEventData<'citation'>[];
  tools: ChatEventData<'tool'>[];
  refusal: ChatEventData<'refusal'> | null;
  usage: ChatEventData<'usage'> | null;
  finish_reason: ChatEventData<'done'>['finish_reason'] | null;
  degraded: boolean;
}

/**
 * Folds an answer's events into one object.
 *
 * @throws {Problem} the one that ended the answer, if one did.
 */
export async function answerObject(events: Promise<readonly ChatEvent[]>): Promise<AnswerObject> {
  const answer: AnswerObject = {
    message_id: '',
    tenant_id: '',
    session_id: '',
    route: null,
    confidence: null,
    answer: '',
    chunks: [],
    citations: [],
    tools: [],
    refusal: null,
    usage: null,
    finish_reason: null,
    degraded: false,
  };
  for (const { event, data } of await events) {
    if (event === 'start' || event === 'route') Object.assign(answer, data);
    else if (event === 'retrieval') Object.assign(answer, data);
    else if (event === 'token') answer.answer += data.text;
    else if (event === 'citation') answer.citations.push(data);
    else if (event === 'tool') answer.tools.push(data);
    else if (event === 'refusal') answer.refusal = data;
    else if (event === 'usage') answer.usage = data;
    else if (event === 'error') throw asProblem(data);
    else Object.assign(answer, { finish_reason: data.finish_reason, degraded: data.degraded });
  }
  return answer;
}

function asProblem(error: ChatEventData<'error'>): Problem {
  const code = error.type.slice('urn:atrium:problem:'.length) as ProblemCode;
  return new Problem(code, error.detail, error.status === 503 ? { retryAfterS: 5 } : {});
}
