import type { Route } from '../tenants/schema.ts';
import { SMALL_TALK } from './small-talk.ts';

const route = (id: string, description: string, examples: string[]): Route => ({
  id,
  description,
  examples,
  instructions: '',
  tools: [],
  retrieval: true,
  on_unavailable: 'answer',
});

/**
 * The routes every tenant has. A tenant's own route of the same id replaces one. `GENERAL` is the catch-all: its score
 * is what the nearest other route lacks to 1, so its examples only keep such questions away from the others.
 */
export const builtInRoutes: readonly Route[] = [
  route(
    'PRICE_COMPARE',
    'Prices of products: what something costs, which is cheaper, offers and discounts.',
    [
      'How much does the milk cost?',
      'What is the price of the apples?',
      'Which is cheaper, the red or the green one?',
      'Compare the prices of brown rice and white rice.',
      'Is there a discount on olive oil this week?',
      'What is the cheapest coffee you sell?',
      'How much do I pay for two kilos of potatoes?',
      'Is the large pack a better deal than the small one?',
      'What do eggs cost per dozen?',
      'Which of them gives the best value for money?',
      'Are there any special offers on bread?',
      'Which of these two is more expensive?',
      'price of butter',
      'Show me products under five dollars.',
      'Which one has the lowest price?',
      'Is that too expensive?',
    ],
  ),
  route('DIET_NUTRITION', 'Food and diet: calories, nutrients, allergens, ingredients and healthy eating.', [
    'How many calories are in a banana?',
    'How much protein does Greek yogurt have?',
    'Is this bread gluten free?',
    'Does the granola contain nuts?',
    'Which cereal has the least sugar?',
    'Is the soup suitable for vegans?',
    'How much fibre is in lentils?',
    'What should I eat on a low-carb diet?',
    'Which foods are rich in iron?',
    'How much salt is in a serving of crackers?',
    'I am lactose intolerant, what can I drink?',
    'What are the ingredients of the hummus?',
    'Which vitamins are in oranges?',
    'Which snack is healthier?',
    'How much fat does the cheese contain?',
    'Can I eat this with a peanut allergy?',
  ]),
  route(
    'GENERAL',
    'Any other question about the documents: products, rules, instructions, people and dates.',
    [
      'How do I set this up?',
      'What does the policy say?',
      'When are you open?',
      'Who is responsible for this?',
      'What is the maximum weight?',
      'How do I return a product?',
      'Where can I find the manual?',
      'What is the weather?',
      'Summarise the document.',
      'How many days of leave do I have?',
      'What should I do if it breaks?',
      'Which fuel does the engine need?',
      'Who founded the company?',
      'Who gives me a new laptop?',
      'Can I cancel at any time?',
      'How many people fit into the room?',
      'In which city is the office?',
      'How do I contact customer service?',
      'How long does it take?',
    ],
  ),
];

/** Ranked beside the tenant's routes so that turns which need no sources are recognised; see `small-talk.ts`. */
export const smallTalkRoute: Route = {
  ...route(
    SMALL_TALK,
    'Small talk: greetings, thanks, goodbyes, jokes and questions about the assistant itself.',
    [
      'Hello!',
      'Hi there, good morning',
      'Thank you very much!',
      'Thanks, that was helpful',
      'How are you today?',
      'How is it going?',
      'Who are you?',
      'What is your name?',
      'What can you do?',
      'What can you help me with?',
      'Tell me a joke.',
      'Say something funny',
      'Goodbye, see you later',
      'Have a nice day!',
      'You are great!',
      'You are stupid',
      'Are you a human or a robot?',
      'Nice to meet you',
      'ok, cool',
      'haha',
      'I am bored',
      'Write me a poem.',
    ],
  ),
  retrieval: false,
};
