/** A type of instances that a zone has. */
export interface Offer {
  readonly zone: string;
  readonly type: string | undefined;
}

/** Those of the zones that have every one of the types, in the order of the zones. */
export const zonesWithAll = (
  zones: readonly string[],
  types: readonly string[],
  offers: readonly Offer[],
): string[] =>
  zones.filter((zone) =>
    types.every((type) => offers.some((offer) => offer.zone === zone && offer.type === type)),
  );
