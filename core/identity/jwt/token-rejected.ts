/** Every way in which a token can fail. `keys-unavailable` is the only one that is not the token's fault. */
export type TokenRejection =
  /** More than 8 KB. */
  | 'too-large'
  /** Not three canonical base64url parts with JSON objects in the first two. */
  | 'malformed'
  /** A member named twice, which two readers could understand differently. */
  | 'duplicate-member'
  /** A header member that would steer the check, or one of the wrong form. */
  | 'header-refused'
  | 'type-refused'
  /** Not one of the issuer's algorithms, or not the one of the key. */
  | 'algorithm-refused'
  | 'issuer-unknown'
  | 'audience-refused'
  | 'expired'
  /** `exp` is more than 24 h ahead, or more than 24 h and a minute after `iat`. */
  | 'lives-too-long'
  /** `nbf` or `iat` lies ahead. */
  | 'not-yet-valid'
  /** A claim is missing, or not of its form. */
  | 'claim-refused'
  /** The tenant claim is not one tenant id, or one that the issuer may not speak for. */
  | 'tenant-refused'
  | 'key-unknown'
  /** The issuer's keys could not be had, and no copy is young enough. Try again later. */
  | 'keys-unavailable'
  | 'signature-wrong'
  /** Good by itself and taken back by its tenant: not the verifier's to say, which knows no tenants. */
  | 'revoked';

/** A token that proves nothing. Tells why in a fixed code and never what the token says. */
export class TokenRejected extends Error {
  override readonly name = 'TokenRejected';
  readonly reason: TokenRejection;
  /** The claim or header member at fault: a name of ours or of the issuer's settings, not the token's. */
  readonly member: string | undefined;

  constructor(reason: TokenRejection, member?: string) {
    super(`token rejected: ${reason}${member === undefined ? '' : ` (${member})`}`);
    this.reason = reason;
    this.member = member;
  }
}
