/** Ordinary prose by its language, as an answer about a tenant's documents reads. */
export const prose: Readonly<Record<'English' | 'German' | 'Russian', string>> = {
  English: [
    'Harvest oats are the cheaper choice this month: a kilo costs 1.99 at the market hall, and 2.49 in the two other shops.',
    'The difference comes from the larger pack, which the market hall has sold since March. If you buy less than two kilos a',
    'week, the small pack is the better one, because oats lose their taste about six weeks after they were opened. Keep them',
    'dry, dark and cool; a tin with a lid is enough. For porridge, take one part of oats and two parts of water or milk, let',
    'it stand for ten minutes, and then warm it slowly until it thickens. It’s worth adding a pinch of salt at the end. Rolled',
    'oats and steel-cut oats differ only in how they were cut: the former are done in five minutes, the latter need about half',
    'an hour. People who do not tolerate gluten should look for the sign on the pack, since ordinary oats are often milled',
    'beside wheat. The shop on Station Road takes back unopened packs within 14 days (bring the receipt), and orders above 25',
    'pounds are delivered free of charge on Tuesdays and Fridays between 9 and 12. Both offers end on 31 October 2025.',
  ].join(' '),
  German: [
    'Die Haferflocken der Hausmarke sind diesen Monat die günstigere Wahl: Ein Kilo kostet in der Markthalle 1,99 Euro, in den',
    'beiden anderen Läden 2,49 Euro. Der Unterschied kommt von der größeren Packung, die es in der Markthalle seit März gibt.',
    'Wer weniger als zwei Kilo in der Woche braucht, nimmt besser die kleine Packung, denn geöffnete Flocken verlieren nach',
    'etwa sechs Wochen ihren Geschmack. Am besten stehen sie trocken, dunkel und kühl; eine Dose mit Deckel reicht dafür aus.',
    'Für einen Brei nimmt man einen Teil Flocken und zwei Teile Wasser oder Milch, lässt alles zehn Minuten quellen und wärmt',
    'es dann langsam auf. Zarte und kernige Flocken unterscheiden sich nur im Schnitt: Die einen sind in fünf Minuten fertig,',
    'die anderen brauchen rund eine halbe Stunde. Wer kein Gluten verträgt, achtet auf das Zeichen auf der Packung. Der Laden',
    'in der Bahnhofstraße nimmt ungeöffnete Packungen binnen 14 Tagen zurück (mit Kassenzettel), und Bestellungen über 25 Euro',
    'werden dienstags und freitags zwischen 9 und 12 Uhr kostenlos geliefert. Beide Angebote enden am 31. Oktober 2025.',
  ].join(' '),
  Russian: [
    'Овсяные хлопья собственной марки в этом месяце дешевле: килограмм стоит 199 рублей в торговом зале и 249 рублей в двух',
    'других магазинах. Разница объясняется большой упаковкой, которую в зале продают с марта. Если вам нужно меньше двух',
    'килограммов в неделю, лучше взять маленькую упаковку, потому что открытые хлопья теряют вкус примерно через шесть недель.',
    'Храните их в сухом, тёмном и прохладном месте; достаточно банки с крышкой. Для каши возьмите одну часть хлопьев и две',
    'части воды или молока, дайте постоять десять минут, а потом медленно подогрейте. В конце можно добавить щепотку соли.',
    'Тонкие и цельные хлопья отличаются только тем, как их нарезали: первые готовы за пять минут, вторым нужно около получаса.',
    'Тем, кто не переносит глютен, стоит посмотреть на знак на упаковке. Магазин на Вокзальной улице принимает закрытые упаковки',
    'обратно в течение 14 дней (нужен чек), а заказы дороже 2500 рублей привозят бесплатно по вторникам и пятницам с 9 до 12.',
  ].join(' '),
};

/** A question of about 200 characters that no rule of the bench refuses. */
export const question =
  'Which of the three shops sells harvest oats for less this month, how long may I keep an opened pack in the kitchen, and do you deliver on Fridays if I order for more than 25 pounds? Thank you very much!';

/** The same at the greatest length that a question may have. */
export const longQuestion = `${question} `.repeat(50).slice(0, 8_000);

/** Pieces as an engine sends them: a word with the space before it, long words in parts, signs and digits apart. */
export const tokensOf = (text: string): string[] =>
  text.match(/ ?\p{L}{1,6}|\p{L}{1,6}| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]|\s/gu) ?? [];

/** Exactly 500 tokens of an ordinary answer with an address, a telephone number and a card in it. */
export const answerTokens: readonly string[] = tokensOf(
  `${prose.English} Write to anna.schmidt@example.org or call +44 20 7946 0018. The card 4539 1234 5678 9017 is not taken. ${prose.English} ${prose.English}`,
).slice(0, 500);
