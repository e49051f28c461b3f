/**
 * ASCII letters, each with the Latin letters whose name says that they are it with a stroke, a hook, a tail and the like:
 * UnicodeData.txt, © Unicode, Inc., licence Unicode-3.0 (https://www.unicode.org/license.txt). Written by
 * make-latin-letters.ts.
 */
export const latinLetters: readonly (readonly [target: string, sources: string])[] = [
  ['a', 'ᶏⱥ'],
  ['b', 'ƀƃɓᵬᶀꞗ'],
  ['c', 'ƈȼɕꞓꞔ𝼝'],
  ['d', 'đƌȡɖɗᵭᶁᶑꟈ'],
  ['e', 'ɇᶒⱸꬴ'],
  ['f', 'ƒᵮᶂꞙ'],
  ['g', 'ǥɠʛᶃꞡ'],
  ['h', 'ħɦⱨꞕ'],
  ['i', 'ɨᶖ𝼚'],
  ['j', 'ɉʝ'],
  ['k', 'ƙᶄⱪꝁꝃꝅꞣ'],
  ['l', 'łƚȴɫɬɭᴌᶅⱡꝉꞎꬷꬸꬹ𝼄𝼑𝼓'],
  ['m', 'ɱᵯᶆꬺ'],
  ['n', 'ƞȵɲɳᵰᶇꞑꞥꬻ'],
  ['o', 'øƟⱺꝋꝍ𝼛'],
  ['p', 'ƥᵱᵽᶈꝑꝓꝕ'],
  ['q', 'ɋʠꝗꝙ'],
  ['r', 'ɍɼɽɾᵲᵳᶉꞧꭆꭉ𝼖'],
  ['s', 'ȿʂᵴᶊꞩꟊ𝼞'],
  ['t', 'ŧƫƭȶʈᵵⱦ𝼉'],
  ['u', 'ᶙꞹꭎꭒ'],
  ['v', 'ʋᶌⱱⱴꝟ'],
  ['w', 'ⱳ'],
  ['x', 'ᶍꭖꭗꭘꭙ'],
  ['y', 'ƴɏỿꭚ'],
  ['z', 'ƶȥɀʐʑᵶᶎⱬ'],
];
