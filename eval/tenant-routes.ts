import type { RankableRoute } from '../core/retrieval/schema.ts';

/** Routes as tenants would define them, beside the built-in ones: a short description and a few examples. */
export const tenantRoutes: Readonly<Record<'tuned' | 'held-out', readonly RankableRoute[]>> = {
  tuned: [
    {
      id: 'WARRANTY',
      description: 'Warranty and repairs: how long products are covered, what is covered, how to claim.',
      examples: [
        'How long is the guarantee?',
        'My jacket is torn, is it under warranty?',
        'How do I get my broken pole repaired?',
      ],
    },
    {
      id: 'STOVE_SAFETY',
      description: 'Safe use of camping stoves: gas, fire, carbon monoxide, distances.',
      examples: [
        'Can I cook in the tent?',
        'What do I do when the stove smells of gas?',
        'How do I store gas cartridges safely?',
      ],
    },
  ],
  'held-out': [
    {
      id: 'LEAVE',
      description: 'Vacation, sick leave and other absences of employees.',
      examples: ['How much holiday do I have?', 'Do I need a doctor’s note?', 'How long is maternity leave?'],
    },
    {
      id: 'IT_SUPPORT',
      description: 'Help with computers, accounts, printers and the network of the office.',
      examples: ['My screen stays black', 'How do I reset my password?', 'I cannot connect to the Wi-Fi'],
    },
  ],
};
