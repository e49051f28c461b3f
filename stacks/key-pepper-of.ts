/**
 * The content of the secret that API keys are hashed with.
 *
 * @param base64 the bytes as they were drawn (RFC 4648, section 4); in the secret they are base64url without padding.
 */
export const keyPepperOf = (base64: string): { readonly pepper: string } => ({
  pepper: base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
});
