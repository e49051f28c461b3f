import type { TenantConfig } from '../tenants/schema.ts';
import { createCanaryStream } from './canary/canary-stream.ts';
import { createLinkStream } from './links/link-stream.ts';
import type { Gated, GateOptions, GateStream, OutputGate } from './output-gate-types.ts';
import { createAllowedValues } from './redaction/allowed-values.ts';
import { productGuards } from './redaction/product-guards.ts';
import { RedactionStream } from './redaction/redaction-stream.ts';
import { tenantGuards } from './redaction/tenant-guards.ts';
import { createVisibleStream } from './redaction/visible-stream.ts';
import { rulesOf } from './rules-of.ts';
import { outputGuards } from './schema.ts';
import type { Refusal } from './screen.ts';

type Rules = Pick<
  TenantConfig,
  'redaction' | 'allowed_link_hosts' | 'refusal_rules' | 'sensitive_prompt_patterns' | 'blocked_tools'
>;

const canaryShown: Refusal = {
  reason: 'The answer was ended because it contained instructions that are not for showing.',
  rule: { kind: 'output', index: outputGuards.indexOf('canary') },
};

/** What goes through all four at once. */
const charactersOfPiece = 64;

/** What is one step of work: most tokens, which need no steps of their own. */
const charactersOfStep = 8;

/** What comes of work that is done in one go. */
function allOf<T>(work: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Makes a tenant's rules for answers ready, in one piece: some milliseconds, or tens of them for as many as there may be,
 * once a configuration. A text goes through four: what cannot be seen is dropped, the canary ends it, links that lead
 * elsewhere are removed, and what guards find is masked, ends it or is noted. Links are looked for again behind that: a
 * mask stands in brackets, and with what follows it could be a link that was none before.
 *
 * @throws {PatternRefused | RangeError} for rules that were never checked
 */
export function compileOutputGate(config: Rules): OutputGate {
  const { redaction, allowed_link_hosts = [] } = config;
  const guards = [productGuards(redaction), ...tenantGuards(redaction, rulesOf(config))].filter(
    (each) => each !== undefined,
  );
  const isPublic = createAllowedValues(redaction?.allow ?? []);

  const open = ({ canary: planted }: GateOptions = {}): GateStream => {
    const visible = createVisibleStream();
    const canary = planted === undefined ? undefined : createCanaryStream(planted);
    const links = createLinkStream(allowed_link_hosts);
    const linksOfMasks = createLinkStream(allowed_link_hosts);
    const redacted = new RedactionStream(guards, isPublic);
    let removed = 0;
    let blocked: Refusal | undefined;

    const counted = (piece: { readonly text: string; readonly hits: number }): string => {
      removed += piece.hits;
      return piece.text;
    };
    const shown = (piece: Gated): string => {
      blocked = piece.blocked;
      return counted(linksOfMasks.push(piece.text));
    };
    const gated = (text: string): Gated => (blocked ? { text, blocked } : { text });

    let leaked = false;
    /** What is left before the canary, if it is there. */
    const uptoCanary = (piece: { readonly text: string; readonly blocked: boolean }): string => {
      leaked ||= piece.blocked;
      return piece.text;
    };
    const endIfLeaked = (): void => {
      if (leaked) blocked ??= canaryShown;
    };

    const stream: GateStream = {
      push: (text) => allOf(stream.pushing(text)),
      *pushing(text) {
        let out = '';
        for (let from = 0; from < text.length && !blocked; from += charactersOfPiece) {
          if (from > 0) yield;
          const seen = visible.push(text.slice(from, from + charactersOfPiece));
          const piece = counted(links.push(canary ? uptoCanary(canary.push(seen)) : seen));
          const isShort = piece.length <= charactersOfStep;
          out += shown(isShort ? redacted.push(piece) : yield* redacted.pushing(piece));
          endIfLeaked();
        }
        return gated(out);
      },
      end: () => allOf(stream.ending()),
      *ending() {
        if (blocked) return gated('');
        const seen = visible.end();
        const rest = canary ? uptoCanary(canary.push(seen)) + uptoCanary(canary.end()) : seen;
        let out = shown(yield* redacted.pushing(counted(links.push(rest))));
        endIfLeaked();
        if (!blocked) out += shown(yield* redacted.pushing(counted(links.end())));
        if (!blocked) out += shown(redacted.end());
        if (!blocked) out += counted(linksOfMasks.end());
        return gated(out);
      },
      get hits() {
        return {
          masked: redacted.masked + removed,
          audited: [...redacted.audited],
          shadow: [...redacted.shadow],
        };
      },
      get held() {
        return visible.held + (canary?.held ?? 0) + links.held + redacted.held + linksOfMasks.held;
      },
    };
    return stream;
  };

  return {
    open,
    whole(text, options) {
      const stream = open(options);
      const first = stream.push(text);
      const last = stream.end();
      return { ...last, text: first.text + last.text, hits: stream.hits };
    },
  };
}
