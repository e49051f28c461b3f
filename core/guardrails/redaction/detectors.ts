import type { Detector } from './detector.ts';
import { emails } from './email.ts';
import { ibans } from './iban.ts';
import { nationalIds } from './national-id.ts';
import { paymentCards } from './payment-card.ts';
import { phones } from './phone.ts';
import { secrets } from './secrets.ts';

/** What the product looks for in answers. Where two find the same place, the first one names it. */
export const detectors: readonly Detector[] = [
  ...secrets,
  ...paymentCards,
  ...ibans,
  ...nationalIds,
  ...emails,
  ...phones,
];
