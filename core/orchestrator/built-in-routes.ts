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

/** The routes every tenant has. A tenant's own route of the same id replaces one. */
export const builtInRoutes: readonly Route[] = [
  route(
    'PRICE_COMPARE',
    'Prices of products: what something costs, which is cheaper, offers and discounts.',
    [
      'How much does a litre of milk cost?',
      'What is the price of the apples?',
      'Which is cheaper, the red or the green one?',
      'Compare the prices of brown rice and white rice.',
      'Is there a discount on olive oil this week?',
      'What is the cheapest coffee you sell?',
      'How much do I pay for two kilos of potatoes?',
      'Is the large pack a better deal than the small one?',
      'What do eggs cost per dozen?',
      'Which tent gives the best value for money?',
      'Are there any special offers on bread?',
      'Which of these two is more expensive?',
      'price of butter',
      'Show me products under five dollars.',
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
  ]),
  route(
    'GENERAL',
    'Any other question about the documents: products, rules, instructions, people and dates.',
    [
      'How do I set this up?',
      'What does the policy say?',
      'When are you open?',
      'Who is responsible for this?',
      'How long is the warranty?',
      'What is the maximum weight?',
      'How do I return a product?',
      'Where can I find the manual?',
      'What is the weather?',
      'Summarise the document.',
      'How many days of leave do I have?',
      'What should I do if it breaks?',
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
      'How are you today?',
      'Who are you?',
      'What can you do?',
      'Tell me a joke.',
      'Goodbye, see you later',
      'You are great!',
      'Are you a human or a robot?',
      'ok, cool',
      'Write me a poem.',
    ],
  ),
  retrieval: false,
};
