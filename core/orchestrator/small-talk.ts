/**
 * Small talk is ranked as if it were a route: `smallTalkRoute` is sent to the RAG service with the tenant's routes, so
 * that it is recognised by the same vectors at no cost of its own. It is never shown: when it comes out first, the turn
 * is reported as GENERAL, cites nothing, and the engine writes it. A question about documents must not end up here, so
 * the ranking takes a query with a name or number in it for a question (`core/retrieval/rank-routes.ts`).
 */
export const SMALL_TALK = 'SMALL_TALK';
