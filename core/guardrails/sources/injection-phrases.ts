/**
 * What texts say that want an assistant to obey them instead of those it works for, as expressions over words: lower
 * case, accents dropped, one space between words and none at the ends. Each names at least a verb and what is meant, so
 * that a manual that says `ignore the noise` or `follow the instructions above` is none of them.
 */
export const injectionPhrases: readonly string[] = [
  // English
  '(?:ignore|disregard|forget|override|bypass|neglect) (?:(?:all|any|of|the|these|those|your|my|our|and|other|every|completely) )*(?:previous|previously|prior|earlier|above|preceding|foregoing|existing|original|initial) (?:(?:given|system|user|and|all|set|of|existing|previous|prior|earlier) )*(?:instructions?|prompts?|directives?|guidelines?|programming)',
  '(?:ignore|disregard|forget|override) (?:(?:of|the|these|your|my) )*(?:all|every|any) (?:(?:of|the|these|your|my) )*(?:previous|prior|earlier|above|preceding) (?:rules?|commands?|orders|messages|text|context|training|constraints)',
  '(?:ignore|disregard|forget|override) (?:(?:all|any|of|the) )*(?:your|system) (?:(?:system|own|original) )*(?:instructions?|prompts?|directives?|guidelines|programming|training)',
  '(?:ignore|disregard|forget) (?:everything|all|anything|whatever|what) (?:that )?(?:you (?:were|have been|ve been|had been)|was|has been|i|we) (?:just )?(?:told|said|instructed|taught|given|written)',
  '(?:ignore|disregard|forget) (?:(?:all|any|of|the|your) )*instructions? (?:above|before this|you (?:were|have been) given|(?:that )?you (?:have )?received|given (?:above|to you)|that (?:came|were given) (?:before|above|earlier))',
  'you are (?:now|no longer|hereby) (?:an? |in |the )?(?:dan|developer mode|jailbroken|unrestricted|unfiltered|uncensored|bound by|(?:different|new|evil|free|unrestricted|unfiltered|uncensored) (?:ai|assistant|chatbot|model|persona))',
  '(?:act|behave|respond|answer|pretend) as (?:if you (?:are|were|had) )?(?:an? )?(?:dan|jailbroken|(?:unrestricted|unfiltered|uncensored|jailbroken) (?:ai|assistant|chatbot|model|llm))',
  'do anything now|(?:developer|jailbreak|dan|god) mode (?:is )?(?:now )?(?:enabled|activated|engaged)',
  '(?:new|updated|real|actual|revised) (?:system )?(?:instructions?|prompts?) (?:for|to) (?:the |all |any |this )?(?:ai|chatbot|llm|(?:ai|language|chat) (?:assistant|model))s?',
  '(?:reveal|print|show|output|repeat|leak|display|disclose|send|give|tell|quote) (?:(?:me|us|back|out) )*(?:your (?:(?:full|entire|hidden|complete|initial|original|secret|own|whole|exact) )*(?:system (?:prompt|message|instructions?)|(?:hidden|secret|initial|developer) (?:prompt|message|instructions))|the (?:(?:full|entire|hidden|complete|initial|original|secret|whole|exact) )*system prompt|the (?:hidden|secret) (?:system )?(?:prompt|instructions))',
  '(?:do not|don t|dont|never|stop) (?:follow|following|obey|obeying) (?:(?:all|any|of|the|these|those) )*(?:previous|prior|earlier|above|preceding|your|system) (?:(?:system|own|original|and) )*(?:instructions?|prompts?|directives?|guidelines|programming)',
  '(?:do not|don t|dont|never) (?:tell|inform|alert|notify) the (?:user|human|person) (?:about (?:this|these)|of this|that you)',
  '(?:if you are|attention|note to|message to|(?:important )?instructions? (?:for|to)) (?:(?:all|any|an|the) )*(?:ai (?:assistant|model|agent|system|language model)|llm|large language model|language model|chatbot)s? (?:reading|processing|summari[sz]ing|who|that|you|please|must|do|ignore|include|say|recommend|always|to|never)',
  '(?:bypass|disable|override|turn off|switch off|drop) (?:all )?(?:of )?your (?:own )?(?:safety|content|ethical|ethics|system) (?:guardrails?|guidelines|filters?|restrictions|rules|polic(?:y|ies)|protocols)',
  // German
  '(?:ignoriere?|ignorieren sie|vergiss|vergessen sie|missachte|missachten sie|ubergehe|ubergehen sie) (?:(?:bitte|ab|sofort|jetzt|alle|alles|die|deine|ihre|samtliche|jegliche) )*(?:vorherigen?|bisherigen?|vorigen?|fruheren?|obigen?|vorangegangenen?|vorhergehenden?|vorangehenden?|vorstehenden?|urspr?unglichen?|system) (?:(?:und|system) )*(?:anweisung(?:en)?|instruktion(?:en)?|befehle?|vorgaben?|eingaben|prompts?|anordnungen)',
  '(?:vergiss|ignoriere?) alles (?:was )?(?:(?:dir|du|man|ich|bisher|zuvor|vorher|davor) )+(?:gesagt|gelernt|gehort|bekommen|gesagte|aufgetragen)',
  '(?:zeige?|gib|verrate?|nenne?|wiederhole?|drucke?) (?:(?:mir|uns|bitte) )*(?:deinen?|den|ihren?|die|deine) (?:(?:ganzen|geheimen|vollstandigen) )*(?:system ?prompt|system ?anweisung(?:en)?|system ?nachricht)',
  '(?:du bist|sie sind) (?:jetzt|nun|ab jetzt|ab sofort|nicht mehr) (?:ein |eine )?(?:dan|unbeschrankte[rs]?|uneingeschrankte[rs]?|unzensierte[rs]?|neue[rs]? (?:ki|assistent|chatbot|modell)|an (?:deine|ihre) (?:regeln|anweisungen))',
  // French
  '(?:ignore[zr]?|oublie[zr]?|neglige[zr]?|ne (?:tiens|tenez) (?:pas|plus|aucun) compte|(?:fais|faites) abstraction) (?:(?:de|des|d|toutes?|tous|l|ensemble|les|tes|vos|tout) )*(?:instructions?|consignes?|directives?|prompts?|ordres) (?:(?:qui|sont|donnees?|systeme|et) )*(?:precedente?s?|anterieure?s?|ci dessus|initiales?|originales?|recues?|d avant|au dessus)',
  '(?:ignore[zr]?|oublie[zr]?) (?:(?:de|toutes?|tous|les|tes|vos) )*(?:precedente?s|anciennes|anterieure?s) (?:instructions?|consignes?|directives?|prompts?|ordres)',
  '(?:revele|affiche|montre|donne|repete|ecris)z? (?:(?:moi|nous) )?(?:ton|votre|le|tes|vos|les) (?:prompt|message|instructions?) (?:de |du )?systeme',
  '(?:oublie|ignore)z? tout ce (?:qui|que|qu) (?:(?:on|t|vous|tu|je|a|as|ai|avez|ete|precede) )*(?:dit|appris|precede|ecrit|demande)',
  // Spanish
  '(?:ignora|ignore|ignorad|ignorar|olvida|olvide|olvidad|omite|omita|descarta|descarte|haz caso omiso|haga caso omiso|no hagas caso) (?:(?:de|a|todas?|todos|las|los|tus|sus|cualquier) )*(?:instruccion(?:es)?|ordenes|indicaciones|directrices|directivas|prompts?) (?:(?:del|sistema|que|son) )*(?:anteriores?|previas?|previos|precedentes|recibidas|de arriba|iniciales|originales)',
  '(?:ignora|ignore|olvida|olvide) (?:(?:todas?|las|tus|sus) )*(?:anteriores|previas) (?:instrucciones|ordenes|indicaciones|directrices)',
  '(?:muestra|revela|imprime|repite|dime|ensena)(?:me|nos)? (?:tu|el|su|tus|las) (?:prompt|mensaje|instrucciones) (?:del?|de) sistema',
  '(?:olvida|olvide|ignora|ignore) todo lo (?:que )?(?:(?:te|se|le|han|he|hemos|ha|has) )*(?:dicho|anterior|ensenado|aprendido|ordenado)',
  // Italian, Portuguese, Dutch
  '(?:ignora|ignorate|ignori|dimentica|dimenticate|trascura) (?:(?:tutte|le|tue|vostre|ogni|qualsiasi) )*(?:istruzioni|indicazioni|direttive|ordini|prompt) (?:precedenti|anteriori|sopra|ricevute|iniziali|di sistema)',
  '(?:ignora|ignorate|dimentica|dimenticate) (?:(?:tutte|le|tue|vostre) )*(?:precedenti|anteriori) (?:istruzioni|indicazioni|direttive)',
  '(?:ignore|ignora|esqueca|esquece|desconsidere|desconsidera) (?:(?:todas?|as|suas|tuas|quaisquer) )*(?:instrucoes|ordens|orientacoes|diretrizes|prompts?) (?:anteriores|previas|precedentes|acima|iniciais|do sistema)',
  '(?:negeer|vergeet) (?:(?:alle|al|de|je|uw|jouw|eventuele) )*(?:vorige|voorgaande|eerdere|bovenstaande|voorafgaande) (?:instructies|aanwijzingen|opdrachten|prompts?)',
  // Russian, Polish
  '(?:игнорируй|игнорируйте|проигнорируй|проигнорируйте|забудь|забудьте) (?:(?:все|свои|твои|любые|эти|про) )*(?:предыдущие|прежние|прошлые|вышеуказанные|данные ранее|системные) (?:инструкции|указания|команды|промпты|подсказки)',
  '(?:zignoruj|ignoruj|zapomnij) (?:(?:o|wszystkie|wszystkich|swoje|twoje) )*(?:poprzednie|poprzednich|wczesniejsze|wczesniejszych|powyzsze) (?:instrukcje|instrukcji|polecenia|polecen)',
];

/** The same in scripts that write no spaces between words: found anywhere. */
export const injectionPhrasesWithoutSpaces: readonly string[] = [
  '(?:忽略|無視|无视|忘记|忘記|忘掉|不要理会|不要理會)你?(?:所有|全部|一切)?(?:之前|以前|先前|上面|以上|前面|此前)(?:的|所有|全部|一切|系统|系統)*(?:指令|指示|说明|說明|提示词?|命令|规则|規則)',
  '(?:これまで|以前|上記|前|今まで|先ほど)の(?:すべての|全ての|全)?(?:指示|命令|プロンプト|指令)(?:を|は)?(?:すべて|全て)?(?:無視|忘れ)',
  '(?:이전|위|앞)의? ?(?:모든 ?)?(?:지시|명령|지침|프롬프트)(?:사항)?(?:을|를|은|는)? ?(?:모두 |전부 )?(?:무시|잊)',
];

/**
 * Phrases that are an order only where a sentence ends behind them, or goes on with what to do instead: `ignore everything
 * above the line` is none. Over the text with its signs, lower case, one space between words.
 */
export const injectionPhrasesAtEnds: readonly RegExp[] = [
  /(?<![\p{L}\p{N}])(?:ignore|disregard|forget) (?:everything|all|anything)(?: of)?(?: the)?(?: text| that (?:is|was|came))?(?: written| said)? above(?= ?[*_"')\]]*(?:[.!;:]|,? ?(?:and|instead|then|just|only|now|you|please)(?![\p{L}\p{N}])|$))/u,
  /(?<![\p{L}\p{N}])(?:new|updated|real|actual|revised) (?:system )?(?:instructions?|prompts?) (?:for|to) (?:the |all |any |this )?(?:assistant|model)s?(?= ?[*_"')\]]*[:!])/u,
];
